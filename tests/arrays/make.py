"""Writes the files of this folder, which tests read: arrays in each type and order (NumPy 2.4.6)."""

import numpy as np

numbers = np.array([[0, -1, 2], [3, -4, 5]])
for name, kind in [("f2", "<f2"), ("f4", "<f4"), ("f8", "<f8"), ("big", ">f8"), ("i1", "|i1"), ("i8", "<i8"), ("big-i4", ">i4")]:
    np.save(f"{name}.npy", numbers.astype(kind))
np.save("fortran.npy", np.asfortranarray(numbers.astype("f4")))
np.save("cube.npy", np.asfortranarray(np.arange(12, dtype="u1").reshape(2, 2, 3)))
np.save("bool.npy", np.array([True, False, True]))
np.save("object.npy", np.array([[1], [1, 2]], dtype=object))
np.save("records.npy", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
np.save("text.npy", np.array(["setosa", "virginica"]))
