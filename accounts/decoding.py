"""Turn the bytes of a photo into small clean JPEGs: Pillow alone, no Django, so that it can run as its own process.

    python -m accounts.decoding LONG_SIDE THUMB_SIDE MAX_PIXELS < photo

writes one line of JSON (facts and lengths), the picture and its thumbnail. What a file is, its content decides.
Formats: JPEG (ITU T.81), PNG (W3C PNG 3), WebP (RFC 9649), HEIC (ISO/IEC 23008-12, boxes of ISO/IEC 14496-12).
"""

import json
import re
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps

from accounts import exif

# Checked by hand against our own bound; Pillow's would only print a warning.
Image.MAX_IMAGE_PIXELS = None
HEAVY_BYTES = 32 * 1024 * 1024
"""Pictures that need more memory than this to decode are decoded in a process of their own."""

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"hevx"}
_BOXES = {b"ftyp", b"meta", b"mdat", b"free", b"skip", b"moov", b"uuid", b"idat", b"mpvd", b"sefd", b"jumb", b"wide"}
_JPEG_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ACTIVE = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|\?php|\?xml)|%PDF-", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_WITHIN = 65_557
"""A zip's directory ends within so many bytes of the file's end: 22 and a comment (APPNOTE 4.3.16)."""
_STARTS_OF_OTHERS = (b"MZ", b"#!", b"GIF8", b"PK\x03\x04", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")


class Trouble(Exception):
    """Why a file cannot be used; the text is one of the keys of `accounts.pictures.TROUBLES`."""


@dataclass(frozen=True)
class Picture:
    """An upright sRGB JPEG without metadata, and its thumbnail; position in degrees, WGS-84 as the camera gave it."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: str
    """ISO 8601 with offset, or empty."""
    lng: float | None
    lat: float | None


def kind_of(data: bytes) -> str | None:
    """Name the format that the content says, as Pillow calls it."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "HEIF"
    return None


def end_of(data: bytes, kind: str) -> int:
    """Find where the picture ends and something else may begin. Raises Trouble("cut_off") when it never ends."""
    try:
        return _ENDS[kind](data)
    except IndexError:
        raise Trouble("cut_off") from None


def _jpeg_end(data: bytes) -> int:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise Trouble("broken")
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker == 0xFF:  # Fill byte.
            at += 1
        elif 0xD0 <= marker <= 0xD7 or marker == 0x01:
            at += 2
        else:
            at += 2 + max(2, data[at + 2] << 8 | data[at + 3])
            if marker == 0xDA:
                found = _JPEG_MARKER_AFTER_SCAN.search(data, at)
                if found is None:
                    raise Trouble("cut_off")
                at = found.start()


def _png_end(data: bytes) -> int:
    at = 8
    while True:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if at > len(data):
            raise Trouble("cut_off")
        if kind == b"IEND":
            return at


def _webp_end(data: bytes) -> int:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Trouble("cut_off")
    return end + (end & 1 and data[end : end + 1] == b"\0")


def _heif_end(data: bytes) -> int:
    at = 0
    while at + 8 <= len(data) and data[at + 4 : at + 8] in _BOXES:
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return len(data)
        if size < 8:
            raise Trouble("broken")
        if at + size > len(data):
            raise Trouble("cut_off")
        at += size
    return at


_ENDS = {"JPEG": _jpeg_end, "PNG": _png_end, "WEBP": _webp_end, "HEIF": _heif_end}


def carries_another_file(data: bytes, end: int) -> bool:
    """Say whether a document, programme or archive hangs on the picture.

    Phones hang things on too (the film of a moving photo, a depth map, a second exposure); those pass, and like
    everything that is not the picture they are dropped when it is encoded again.
    """
    if _ZIP_END in data[-_ZIP_END_WITHIN:]:
        return True
    tail = data[end:].strip(b"\0\r\n\t ")
    if not tail:
        return False
    return tail.startswith(_STARTS_OF_OTHERS) or _ACTIVE.search(tail) is not None or _is_text(tail)


def _is_text(tail: bytes) -> bool:
    try:
        return all(c.isprintable() or c in "\r\n\t" for c in tail.decode())
    except UnicodeDecodeError:
        return False


def examine(data: bytes, max_pixels: int) -> tuple[Image.Image, int]:
    """Open the picture without decoding it; return it and about how many bytes its decoding will take.

    Cameras write JPEG and HEIC; the other formats, dearer to decode, may have half as many pixels.
    Raises Trouble: not_a_photo, cut_off, broken, carries_another_file, animated, too_many_pixels.
    """
    kind = kind_of(data)
    if kind is None:
        raise Trouble("not_a_photo")
    if carries_another_file(data, end_of(data, kind)):
        raise Trouble("carries_another_file")
    if kind == "HEIF":
        _learn_heif()
    try:
        image = Image.open(BytesIO(data), formats=[kind])
        frames = 1 if kind in ("JPEG", "HEIF") else getattr(image, "n_frames", 1)
    except Exception as error:  # Whatever a decoder stumbles over in a stranger's file, the file is what is wrong.
        raise Trouble("broken") from error
    if frames > 1:
        raise Trouble("animated")
    if image.width * image.height > (max_pixels if kind in ("JPEG", "HEIF") else max_pixels // 2):
        raise Trouble("too_many_pixels")
    return image, _cost(image, kind)


def _learn_heif() -> None:
    """Load libheif only where a HEIC is opened: in the process of its own."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)


def _cost(image: Image.Image, kind: str) -> int:
    pixels = image.width * image.height
    if kind == "JPEG":
        if image.info.get("progressive"):
            return pixels * 7  # libjpeg keeps all coefficients.
        image.draft("RGB", _fitted(image.size, 2048))
        return image.width * image.height * 4
    return pixels * 8


def _fitted(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    share = min(1.0, long_side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def needs_own_process(data: bytes) -> bool:
    """Say whether a photo goes to a process of its own unopened: a HEIC, whose decoder is large and often mended."""
    return kind_of(data) == "HEIF"


def render(image: Image.Image, long_side: int, thumb_side: int) -> Picture:
    """Decode, shrink, turn upright, bring to sRGB, encode. Raises Trouble("broken") or Trouble("cut_off")."""
    try:
        facts = exif.facts(image.getexif())
        image.draft("RGB", _fitted(image.size, long_side))
        profile = image.info.get("icc_profile")
        small = _in_eight_bits(image)
        small.thumbnail((long_side, long_side), Image.Resampling.LANCZOS, reducing_gap=None)
        upright = _turned(_in_srgb(small, profile), facts.orientation)
        tiny = upright.copy()
        tiny.thumbnail((thumb_side, thumb_side), Image.Resampling.LANCZOS)
        picture = _encoded(upright, 85), _encoded(tiny, 80)
    except Exception as error:  # As in `examine`.
        raise Trouble("cut_off" if "truncated" in str(error) else "broken") from error
    return Picture(*picture, *upright.size, facts.taken_at, facts.lng, facts.lat)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("1", "P", "PA", "LA", "La", "RGBa", "F"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode.endswith(("A", "a")) else "RGB")
    image.load()
    return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the picture's own colour space (phones: Display P3); see-through parts become white."""
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted if converted is not None else image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # A profile that does not fit its picture: the plain reading serves.
    return image.convert("RGB")


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    plain = Image.new(image.mode, image.size)
    plain.paste(image)  # Without info: no metadata can follow.
    if orientation == 1:
        return plain
    note = plain.getexif()
    note[exif.ORIENTATION] = orientation
    turned = ImageOps.exif_transpose(plain)
    turned.info.clear()
    return turned


def _encoded(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None)
    return out.getvalue()


def packed(picture: Picture) -> bytes:
    """Say a picture as the bytes that go from process to process."""
    facts: dict[str, Any] = asdict(picture) | {"image": len(picture.image), "thumbnail": len(picture.thumbnail)}
    return json.dumps(facts).encode() + b"\n" + picture.image + picture.thumbnail


def unpacked(data: bytes) -> Picture:
    """Read what `packed` said. Raises Trouble when it says a trouble."""
    line, _newline, rest = data.partition(b"\n")
    facts = json.loads(line)
    if "trouble" in facts:
        raise Trouble(facts["trouble"])
    cut = facts["image"]
    return Picture(**facts | {"image": rest[:cut], "thumbnail": rest[cut : cut + facts["thumbnail"]]})


def main() -> None:
    """Decode standard input to standard output."""
    long_side, thumb_side, max_pixels = (int(word) for word in sys.argv[1:4])
    try:
        image, _bytes = examine(sys.stdin.buffer.read(), max_pixels)
        answer = packed(render(image, long_side, thumb_side))
    except Trouble as trouble:
        answer = json.dumps({"trouble": str(trouble)}).encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
