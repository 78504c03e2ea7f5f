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

# Examples: the flowers of Fisher's iris data as scikit-learn has them, whole and with a test set, and small pictures.
from sklearn.datasets import load_iris

x, y = load_iris(return_X_y=True)
np.savez_compressed("iris.npz", X=x, y=y)
np.save("iris-x.npy", x.astype("<f4"))
np.save("iris-y.npy", y)
np.save("iris.npy", np.asfortranarray(np.c_[x, y]))
np.savetxt("iris.csv", np.c_[x, y], fmt=["%.17g"] * 4 + ["%d"], delimiter=",", header="a,b,c,d,y", comments="")
np.savez_compressed("one-hot.npz", data=x, target=np.eye(3)[y])
np.savez_compressed("words.npz", x=x, y=np.array(["setosa", "versicolor", "virginica"])[y])
np.savez_compressed("objects.npz", x=x, y=np.array(["setosa", "versicolor", "virginica"], dtype=object)[y])
np.savez_compressed("unclear.npz", a=x, b=x, c=y[:3])

labels = np.arange(60, dtype="u1") % 10
pictures = np.zeros((60, 28, 28), "u1")
for row, label in enumerate(labels):
    pictures[row, 2 + 2 * label : 5 + 2 * label, 4:24] = 100 + row
np.savez_compressed("pictures.npz", x_train=pictures[:40], y_train=labels[:40], x_test=pictures[40:], y_test=labels[40:])
np.savez_compressed("small-pictures.npz", images=pictures[:, ::2, ::2], labels=labels)

# Two inputs with a class, for the tests of corrupted files.
two = np.array([[0.5, -1], [1.5, 2], [-0.25, 3], [2, 0.125]])
np.savez_compressed("two.npz", x=two.astype("f4"), y=np.array([0, 1, 1, 0], dtype="u1"))
np.save("two.npy", np.c_[two, [0, 1, 1, 0]])

# One-hot targets to train on and labels to test on; test rows with holes; one scale and another; three arrays.
state = np.random.RandomState(3)
classes = np.arange(12) % 3
np.savez("widths.npz", x_train=state.rand(12, 2).astype("f4"), y_train=np.eye(3, dtype="u1")[classes],
         x_test=state.rand(6, 2).astype("f4"), y_test=(np.arange(6) % 3).astype("u1"))
holes = state.rand(6, 2).astype("f4")
holes[1:5, 0] = np.nan
np.savez("holes.npz", x_train=state.rand(12, 2).astype("f4"), y_train=classes.astype("u1"),
         x_test=holes, y_test=(np.arange(6) % 3).astype("u1"))
base = state.rand(12, 2)
base[:, 0] += (classes == 1) * 2
base[:, 1] += (classes == 2) * 2
np.savez("unscaled.npz", X=np.round(base, 3), y=classes.astype("u1"))
np.savez("moved.npz", X=np.round(base * 3 + 7, 3), y=classes.astype("u1"))
np.savez("three.npz", a=state.rand(6, 2), b=state.rand(6, 2), c=state.rand(6))
np.save("six.npy", (np.arange(6) % 2).astype("u1"))
