"""What arrives as a photo is checked by its content and kept clean; what is not a photo is refused in plain words."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from decimal import Decimal
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from tests.pictures import encoded, exif, picture, upload
from workorders import photos


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def refusal(data: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(ValidationError) as caught:
        photos.clean(upload(data, name))
    return " ".join(caught.value.messages)


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_becomes_a_jpeg_whatever_its_name_says(kind):
    clean = photos.clean(upload(encoded(kind=kind), "notes.txt", "text/plain"))
    assert opened(clean.image).format == opened(clean.thumbnail).format == "JPEG"
    assert (clean.width, clean.height) == opened(clean.image).size == (640, 480)
    assert opened(clean.thumbnail).size == (320, 240)


def test_a_large_photo_is_shrunk_and_a_small_one_is_not_blown_up():
    assert opened(photos.clean(upload(encoded(picture((3000, 1500))))).image).size == (2048, 1024)
    small = photos.clean(upload(encoded(picture((30, 20)))))
    assert opened(small.image).size == opened(small.thumbnail).size == (30, 20)


def test_the_checksum_is_that_of_the_bytes_that_are_stored():
    clean = photos.clean(upload(encoded()))
    assert clean.sha256 == sha256(clean.image).hexdigest()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation):
    on_its_side = {5, 6, 7, 8}
    shown = picture((400, 200))
    back = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}  # How the sensor lay: the inverse of each turn.
    for turn in back.get(orientation, []):
        shown = shown.transpose(Image.Transpose(turn))
    clean = photos.clean(upload(encoded(shown, exif=exif(orientation=orientation))))
    image = opened(clean.image)
    assert image.size == (400, 200)
    assert shown.size == ((200, 400) if orientation in on_its_side else (400, 200))
    red, green, _blue = image.getpixel((20, 20))
    assert green > 120 > red, "the green corner is the upper left one again"


def test_position_and_time_are_read_and_nothing_of_them_stays_in_the_file():
    tags = exif(taken="2026:03:02 09:05:07", offset="+08:00", lng=116.587245, lat=35.414561)
    clean = photos.clean(upload(encoded(exif=tags, comment=b"taken at home")))
    assert (clean.lng, clean.lat) == (Decimal("116.587245"), Decimal("35.414561"))
    assert clean.taken_at == dt.datetime(2026, 3, 2, 1, 5, 7, tzinfo=dt.UTC)
    for data in (clean.image, clean.thumbnail):
        image = opened(data)
        assert dict(image.getexif()) == {}
        assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
        assert b"SecretPhoneMaker" not in data


def test_a_heic_photo_tells_its_position_and_time_too():
    tags = exif(taken="2026:03:02 09:05:07", lng=116.5, lat=35.4)
    clean = photos.clean(upload(encoded(kind="HEIF", exif=tags.tobytes()), "IMG_1.HEIC"))
    assert (clean.lng, clean.lat) == (Decimal("116.5"), Decimal("35.4"))
    assert clean.taken_at is not None


def test_a_camera_without_an_offset_shows_the_time_of_shanghai():
    clean = photos.clean(upload(encoded(exif=exif(taken="2026:03:02 09:05:07"))))
    assert clean.taken_at == dt.datetime(2026, 3, 2, 1, 5, 7, tzinfo=dt.UTC)


def test_south_and_west_are_negative():
    clean = photos.clean(upload(encoded(exif=exif(lng=-58.381, lat=-34.603))))
    assert (clean.lng, clean.lat) == (Decimal("-58.381"), Decimal("-34.603"))


@pytest.mark.parametrize(
    "tags",
    [
        exif(taken="0000:00:00 00:00:00", lng=0, lat=0),
        exif(taken="2031:13:45 99:00:00", lng=200, lat=95),
        exif(taken="1904:01:01 00:00:00"),
        exif(taken="2999:01:01 00:00:00", offset="nonsense"),
        exif(taken="\0\0\0\0"),
    ],
)
def test_senseless_position_and_time_are_left_out(tags):
    clean = photos.clean(upload(encoded(exif=tags)))
    assert (clean.taken_at, clean.lng, clean.lat) == (None, None, None)


def test_broken_tags_do_not_spoil_a_sound_photo():
    assert photos.clean(upload(encoded(exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff"))).width == 640


def test_a_photo_in_its_own_colour_space_is_brought_to_the_common_one():
    common = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_blue = common.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    clean = photos.clean(upload(encoded(icc_profile=red_is_blue)))
    assert opened(clean.image).getpixel((600, 400)) == pytest.approx((30, 30, 200), abs=8)


def test_a_false_colour_profile_does_not_spoil_the_photo():
    assert photos.clean(upload(encoded(icc_profile=b"not a profile at all" * 20))).width == 640


@pytest.mark.parametrize(("mode", "kind"), [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG")])
def test_every_colour_mode_becomes_plain_colour(mode, kind):
    assert opened(photos.clean(upload(encoded(Image.new(mode, (50, 40)), kind))).image).mode == "RGB"


def test_grey_of_sixteen_bits_keeps_its_brightness():
    clean = photos.clean(upload(encoded(Image.new("I;16", (50, 40), 32_768), "PNG")))
    assert opened(clean.image).getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=2)


def test_what_is_see_through_becomes_white():
    clean = photos.clean(upload(encoded(Image.new("RGBA", (50, 40), (0, 0, 0, 0)), "PNG")))
    assert opened(clean.image).getpixel((5, 5)) == (255, 255, 255)


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("page.html", "<script>alert(1)</script>")
    return out.getvalue()


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


NOT_A_PHOTO = {
    "a renamed programme": b"MZ\x90\0" + b"\0" * 4000,
    "an SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a GIF": encoded(kind="GIF"),
    "a moving GIF": moving("GIF"),
    "a TIFF": encoded(kind="TIFF"),
    "a BMP": encoded(kind="BMP"),
    "an archive": zip_bytes(),
    "a page before a photo": b"<html><script>alert(1)</script></html>" + encoded(),
    "an archive before a photo": zip_bytes() + encoded(),
    "a film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 400,
    "one byte": b"\xff",
    "random bytes": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("what", NOT_A_PHOTO)
def test_what_is_no_photo_is_refused_whatever_its_name_says(what):
    assert refusal(NOT_A_PHOTO[what]) == "“photo.jpg” is not a photo. Photos are JPEG, PNG, WebP or HEIC."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "tail",
    [
        zip_bytes(),
        b"<script>alert(1)</script>",
        b"\0\0<?php system('ls'); ?>",
        b"alert(document.cookie)//",
        b"MZ\x90\0\1",
    ],
    ids=["zip", "html", "php", "js", "exe"],
)
def test_a_photo_with_another_file_hung_on_is_refused(kind, tail):
    assert refusal(encoded(kind=kind) + tail) == "“photo.jpg” carries another file inside; send the photo alone."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_phones_hang_on_passes_and_is_dropped(kind):
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 40 + b"THE_FILM"
    clean = photos.clean(upload(encoded(kind=kind) + film))
    assert b"THE_FILM" not in clean.image


def test_a_script_hidden_in_a_comment_is_not_stored():
    clean = photos.clean(upload(encoded(comment=b"*/=alert(1)/*<script>alert(1)</script>")))
    assert b"script" not in clean.image + clean.thumbnail


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_truncated_photo_is_refused(kind, share):
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    data = encoded(noise, kind)
    assert "arrived incomplete" in refusal(data[: int(len(data) * share)])


def test_a_damaged_photo_is_refused():
    data = bytearray(encoded(kind="PNG"))
    data[60:90] = b"\0" * 30
    assert refusal(bytes(data)) == "“photo.jpg” is damaged and cannot be opened."


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind):
    assert refusal(moving(kind)) == "“photo.jpg” is a moving picture; send a still photo."


def test_an_empty_file_is_refused():
    assert refusal(b"") == "“photo.jpg” is empty."


def test_a_photo_of_forty_megabytes_is_refused():
    padded = encoded() + b"\0" * (40 * 1024 * 1024)
    assert refusal(padded) == "“photo.jpg” is larger than 15 MB; take the photo in a smaller size."


@pytest.mark.parametrize(
    ("kind", "size"), [("PNG", (30_000, 30_000)), ("JPEG", (20_000, 4_000)), ("PNG", (8_000, 4_000))]
)
def test_a_decompression_bomb_is_refused_before_it_goes_off(kind, size):
    data = encoded(Image.new("1" if kind == "PNG" else "L", size), kind)
    assert len(data) < 2_000_000
    assert refusal(data) == "“photo.jpg” has too many pixels; take the photo in a smaller size."


def test_a_name_is_shown_short_and_without_direction_marks():
    name = "\u202egpj.exe\u202c\0\x1b[31m" + "很长的名字" * 30 + ".jpg"
    shown = refusal(b"", name)
    assert shown.startswith("“gpj.exe")
    assert len(shown) < 70
    assert not any(mark in shown for mark in "\u202e\u202c\0\x1b")


def test_too_many_photos_in_one_form_are_refused():
    with pytest.raises(ValidationError, match="at most 9 photos"):
        photos.clean_all([upload(b"")] * 10)


def test_each_bad_photo_of_a_form_is_named():
    with pytest.raises(ValidationError) as caught:
        photos.clean_all([upload(b"", "a.jpg"), upload(encoded(), "b.jpg"), upload(b"MZ", "c.jpg")])
    assert caught.value.messages == ["“a.jpg” is empty.", "“c.jpg” is not a photo. Photos are JPEG, PNG, WebP or HEIC."]


MEASURE = """
import sys
sys.modules |= dict.fromkeys(("jinja2", "requests"))  # Django and DRF take them where they are: a district has neither
import django; django.setup()
import governance.urls
from django.core.files.base import File
from workorders import photos
def measured(name):
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith(name)))
before = measured("VmRSS")
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        photos.clean(File(file, "photo"))
assert "pillow_heif" not in sys.modules, "a stranger's HEIC was opened in the web worker"
print(before, measured("VmHWM"))
"""


@pytest.mark.slow
def test_a_photo_of_48_megapixels_leaves_the_web_worker_small(tmp_path):
    image = Image.effect_noise((1008, 756), 40).convert("RGB").resize((8064, 6048))
    paths = [tmp_path / name for name in ("plain.jpg", "progressive.jpg", "phone.heic")]
    image.save(paths[0], quality=92)
    image.save(paths[1], quality=85, progressive=True)
    image.resize((3000, 2000)).save(paths[2], quality=40, enc_params={"preset": "ultrafast"})  # else it takes 10 s
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MEASURE, *map(str, paths)],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    before, highest = (int(kilobytes) / 1024 for kilobytes in done.stdout.split())
    assert highest - before < 24, "megabytes that the photos took in this process"
    assert highest < 150, "megabytes at the highest, of the 200 that a worker may take"
