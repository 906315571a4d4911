"""Copies screenshots with a palette of 256 colours, which halves their size.

Usage: smaller_png.py FROM TO NAME...

Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced. Prints each size.
"""
import collections
import pathlib
import struct
import sys
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
FREQUENT = 160


def chunks(data):
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def predicted(kind, left, above, corner):
    if kind == 1:
        return left
    if kind == 2:
        return above
    if kind == 3:
        return (left + above) // 2
    if kind == 4:
        guess = left + above - corner
        near = min((abs(guess - left), 0), (abs(guess - above), 1), (abs(guess - corner), 2))[1]
        return (left, above, corner)[near]
    return 0


def pixels(data):
    """Rows of (red, green, blue)."""
    header = b""
    packed = b""
    for kind, content in chunks(data):
        if kind == b"IHDR":
            header = content
        elif kind == b"IDAT":
            packed += content
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in (2, 6) or interlaced:
        raise SystemExit("not a screenshot of Chromium")
    size = 3 if colour == 2 else 4
    raw = zlib.decompress(packed)
    before = bytearray(width * size)
    rows = []
    for y in range(height):
        start = y * (width * size + 1)
        kind = raw[start]
        line = bytearray(raw[start + 1 : start + 1 + width * size])
        if kind:
            for i in range(len(line)):
                left = line[i - size] if i >= size else 0
                corner = before[i - size] if i >= size else 0
                line[i] = (line[i] + predicted(kind, left, before[i], corner)) & 255
        rows.append([tuple(line[x : x + 3]) for x in range(0, len(line), size)])
        before = line
    return width, height, rows


def palette(rows):
    """The colours that are there most, then those that are least like them; for every colour the nearest."""
    counts = collections.Counter(pixel for row in rows for pixel in row)
    kept = [colour for colour, _ in counts.most_common(FREQUENT)]
    nearest = {}
    for colour in counts:
        nearest[colour] = min((distance(other, colour), i) for i, other in enumerate(kept))
    while len(kept) < min(COLOURS, len(counts)):
        far = max(counts, key=lambda colour: nearest[colour][0])
        for colour in counts:
            nearest[colour] = min(nearest[colour], (distance(far, colour), len(kept)))
        kept.append(far)
    return kept, {colour: i for colour, (_, i) in nearest.items()}


def distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other))


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def smaller(data):
    width, height, rows = pixels(data)
    kept, nearest = palette(rows)
    lines = b"".join(b"\0" + bytes(nearest[pixel] for pixel in row) for row in rows)
    return b"".join((
        SIGNATURE,
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", bytes(part for colour in kept for part in colour)),
        chunk(b"IDAT", zlib.compress(lines, 9)),
        chunk(b"IEND", b""),
    ))


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    for name in sys.argv[3:]:
        target = pathlib.Path(sys.argv[2], name + ".png")
        target.write_bytes(smaller(pathlib.Path(sys.argv[1], name + ".png").read_bytes()))
        print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
