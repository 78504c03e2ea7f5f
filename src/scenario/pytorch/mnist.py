def idx(name, header):
    """The bytes of a file of MNIST behind its header, packed or not."""
    folder = Path("FOLDER").expanduser()
    for place in (folder, folder / "MNIST" / "raw", folder / "raw"):
        if (place / f"{name}.gz").exists():
            return torch.frombuffer(bytearray(gzip.open(place / f"{name}.gz").read()[header:]), dtype=torch.uint8)
        if (place / name).exists():
            return torch.frombuffer(bytearray((place / name).read_bytes()[header:]), dtype=torch.uint8)
    sys.exit(f"no {name} in {folder}")


def pictures(part, count):
    """Pixels as 256ths, and the digits one-hot."""
    pixels = idx(f"{part}-images-idx3-ubyte", 16).reshape(-1, 784)[:count]
    digits = idx(f"{part}-labels-idx1-ubyte", 8)[:count]
    number = torch.get_default_dtype()
    return pixels.to(number) / 256, F.one_hot(digits.long(), 10).to(number)


X, Y = pictures("train", "TRAIN")
X_TEST, Y_TEST = pictures("t10k", "TEST")
