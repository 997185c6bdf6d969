"""The safetensors format for numpy: an 8-byte little-endian length, a JSON header, the data.

Written from the format's description, so that nothing of what is checked reads or writes on the oracle's side.
"""
import json

import numpy as np

DTYPES = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "U32": "<u4", "U8": "u1"}


def read(path):
    """The arrays by name, and the metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    arrays = {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return arrays, metadata


def write(path, arrays, metadata):
    header, parts, end = {"__metadata__": {name: str(value) for name, value in metadata.items()}}, [], 0
    for name, array in sorted(arrays.items()):
        dtype = next(key for key, code in DTYPES.items() if np.dtype(code) == array.dtype)
        parts.append(np.ascontiguousarray(array, DTYPES[dtype]).tobytes())
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [end, end + len(parts[-1])]}
        end += len(parts[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(parts))
