"""Arithmetic on whole uint64 arrays: the only source of randomness.

SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import polars as pl

U64 = npt.NDArray[np.uint64]
"""A one-dimensional array of unsigned 64-bit integers."""

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_LOW32 = np.uint64(0xFFFFFFFF)
_S27, _S30, _S31, _S32 = (np.uint64(s) for s in (27, 30, 31, 32))
_SEPARATOR = b"\x1f"


def mix(values: U64) -> U64:
    """SplitMix64's finaliser: a bijection of 64-bit words."""
    return mix_in_place(values.copy())


def mix_in_place(z: U64) -> U64:
    """`mix` in place, with one array beside it."""
    high = z >> _S30
    z ^= high
    z *= _M1
    z ^= np.right_shift(z, _S27, out=high)
    z *= _M2
    z ^= np.right_shift(z, _S31, out=high)
    return z


def stream_key(*parts: object) -> np.uint64:
    """The first 64 bits of SHA-256 over the parts, each escaped and followed by a separator."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(part).encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\").replace(b"\x1f", b"\\u"))
        digest.update(_SEPARATOR)
    return np.uint64(int.from_bytes(digest.digest()[:8], "big"))


def text_words(texts: pl.Series) -> U64:
    """A 64-bit word for each text, the same for the same text on every machine; nulls as the empty text.

    Each different text is read once, character by character, all texts at a time: ``h = mix(h ^ character)``.
    """
    filled = texts.fill_null("")
    different = filled.unique()
    width = int(different.str.len_bytes().max() or 0) if len(different) else 0  # type: ignore[arg-type]
    letters = np.array(different.cast(pl.Binary).to_list(), dtype=f"S{max(width, 1)}")
    table = letters.view(np.uint8).reshape(len(letters), max(width, 1)).astype(np.uint64)
    words = different.str.len_bytes().to_numpy().astype(np.uint64)
    for place in range(table.shape[1]):
        words = mix(words ^ table[:, place])
    place_of = pl.DataFrame({"text": different, "word": words})
    joined = pl.DataFrame({"text": filled}).join(place_of, on="text", how="left", maintain_order="left")
    found: U64 = joined["word"].to_numpy()
    return found


def draw(key: np.uint64 | U64, rows: U64) -> U64:
    """64 random bits per row: SplitMix64 of ``key + row * golden_gamma``, one key for all rows or one a row."""
    words = rows * GOLDEN_GAMMA
    words += key
    return mix_in_place(words)


def scale(bits: U64, size: int) -> U64:
    """Map uniform 64-bit words to ``0 .. size-1`` (the high word of ``bits * size``).

    Args:
        bits: uniform words.
        size: 1 to 2**64.
    """
    if size >= 1 << 64:
        return bits
    if size <= 1 << 32:
        return ((bits >> _S32) * np.uint64(size)) >> _S32
    s_low, s_high = np.uint64(size & 0xFFFFFFFF), np.uint64(size >> 32)
    b_low, b_high = bits & _LOW32, bits >> _S32
    middle = b_high * s_low + ((b_low * s_low) >> _S32)
    high: U64 = b_high * s_high + (middle >> _S32) + ((b_low * s_high + (middle & _LOW32)) >> _S32)
    return high


def unit(bits: U64) -> npt.NDArray[np.float64]:
    """Map uniform words to floats in [0, 1) with 53 bits."""
    high: npt.NDArray[np.float64] = (bits >> np.uint64(11)).astype(np.float64)
    high *= 1.0 / (1 << 53)
    return high
