"""Names in old encodings come out as they were written, or the file is refused with the cell."""

import pytest

from territory.inputs.sources.raw import SourceError
from territory.inputs.sources.text.decode import decode

WESTERN = ("cp1252", "mac_roman", "cp850", "cp437")
NAMES = (
    *("Clínica Nuñez", "Hôpital Général", "Müller Ärztehaus", "Centro São João", "Peña Surgery"),
    *("Zürich Spital", "ÉCOLE MÉDICALE", "Ñ-001"),
)
OTHERS = {
    "cp1250": "Łódź Szpital",
    "cp1251": "Больница Москва",
    "cp932": "東京病院",
    "gb18030": "北京医院",
    "cp1254": "Şişli Hastanesi İstanbul",
}


def written(name, codec):
    return f"account_id,name\nA-1,{name}\n".encode(codec)


@pytest.mark.parametrize("codec", WESTERN)
@pytest.mark.parametrize("name", NAMES)
def test_one_name_is_enough_to_tell_the_western_encodings(name, codec):
    try:
        data = written(name, codec)
    except UnicodeEncodeError:
        pytest.skip(f"{codec} has no such letter")
    text, notes = decode(data)
    assert text == written(name, "utf-8").decode()
    assert notes[0][0] == ("info" if codec == "cp1252" else "warning")
    assert name in notes[0][3]


@pytest.mark.parametrize("name", ["Children’s", "O’Brien", "“Best” Care™", "Dallas – Fort Worth"])
@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_typographers_marks_tell_windows_from_mac(name, codec):
    assert decode(written(name, codec))[0] == written(name, "utf-8").decode()


@pytest.mark.parametrize("codec", OTHERS)
def test_other_scripts_are_shown_and_asked_about(codec):
    with pytest.raises(SourceError, match="line 2 is not UTF-8, and which encoding it is") as why:
        decode(written(OTHERS[codec], codec))
    if codec != "cp1254":
        assert OTHERS[codec] in why.value.what
        assert f'"{codec}"' in why.value.hint
        assert decode(written(OTHERS[codec], codec), codec)[0].startswith("account_id")


def test_utf_32_is_read():
    assert decode("a,é\n".encode("utf-32"))[0] == "a,é\n"


def test_text_that_was_encoded_twice_is_read_as_it_was_meant():
    meant = "account_id,name\nA-1,Clínica Ñandú “Łódź”\nA-2,Plain\n"
    twice = "".join(
        bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
        for byte in meant.encode()
    )
    text, notes = decode(twice.encode())
    assert text == meant
    assert [(severity, line) for severity, _, line, _, _ in notes] == [("warning", 2)]
    assert decode("A,Ãtna Âge São".encode()) == ("A,Ãtna Âge São", [])


def test_marks_of_byte_order_within_a_text_fall_out():
    assert decode("a,b\n\ufeffA-1,2\n".encode())[0] == "a,b\nA-1,2\n"
