"""Thrift's compact protocol, as much of it as a Parquet footer needs.

A struct is a dict from field number to (type, value), a list is (type of its items, items). `Encoded` stands for a
struct that is written already.
"""

from __future__ import annotations

import struct
from typing import Any

BOOL_TRUE, BOOL_FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
Struct = dict[int, tuple[int, Any]]


class Encoded(bytes):
    """The bytes of a struct."""


def read_struct(data: bytes, at: int = 0) -> tuple[Struct, int]:
    """Return the struct that begins at a position, and where it ends."""
    fields: Struct = {}
    number = 0
    while head := data[at]:
        at += 1
        kind, delta = head & 15, head >> 4
        if delta:
            number += delta
        else:
            number, at = _signed(data, at)
        if kind in (BOOL_TRUE, BOOL_FALSE):
            fields[number] = (kind, kind == BOOL_TRUE)
        else:
            value, at = _read(data, at, kind)
            fields[number] = (kind, value)
    return fields, at + 1


def _read(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in (I16, I32, I64):
        return _signed(data, at)
    if kind == BINARY:
        size, at = _unsigned(data, at)
        return data[at : at + size], at + size
    if kind == STRUCT:
        return read_struct(data, at)
    if kind in (LIST, SET):
        return _read_list(data, at)
    if kind == DOUBLE:
        return struct.unpack_from("<d", data, at)[0], at + 8
    if kind in (BYTE, BOOL_TRUE, BOOL_FALSE):
        return data[at], at + 1
    raise ValueError(f"no Parquet footer has values of thrift type {kind}")


def _read_list(data: bytes, at: int) -> tuple[tuple[int, list[Any]], int]:
    head, at = data[at], at + 1
    size = head >> 4
    if size == 15:
        size, at = _unsigned(data, at)
    items = []
    for _ in range(size):
        item, at = _read(data, at, head & 15)
        items.append(item)
    return (head & 15, items), at


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _signed(data: bytes, at: int) -> tuple[int, int]:
    value, at = _unsigned(data, at)
    return (value >> 1) ^ -(value & 1), at


def write_struct(fields: Struct) -> Encoded:
    """Return the bytes of a struct."""
    out = bytearray()
    last = 0
    for number, (kind, value) in sorted(fields.items()):
        delta = number - last
        out += bytes([(delta << 4) | kind]) if 0 < delta < 16 else bytes([kind]) + _zigzag(number)
        last = number
        if kind not in (BOOL_TRUE, BOOL_FALSE):
            out += _write(kind, value)
    return Encoded(out + b"\0")


def _write(kind: int, value: Any) -> bytes:
    if kind in (I16, I32, I64):
        return _zigzag(value)
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == STRUCT:
        return value if isinstance(value, Encoded) else write_struct(value)
    if kind in (LIST, SET):
        items, size = value[1], len(value[1])
        head = bytes([(size << 4) | value[0]]) if size < 15 else bytes([0xF0 | value[0]]) + _varint(size)
        return head + b"".join(_write(value[0], item) for item in items)
    if kind == DOUBLE:
        return struct.pack("<d", value)
    return bytes([value])


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append((value & 127) | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _varint((value << 1) ^ (value >> 63))
