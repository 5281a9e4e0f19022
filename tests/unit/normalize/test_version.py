"""Canonical forms change with their version, or not at all.

Where this test fails, forms that stores hold are no longer those of today: raise
``NORMALIZER_VERSION``, so that ``closeknit renormalize`` finds them, and write the new
digest down here. A newer phonenumbers may be the reason too.
"""

import hashlib
import json

from ingest.normalize import NORMALIZER_VERSION, normalize

CORPUS: dict[str, list[str]] = {
    "name.full": [
        "пан Коваленко Іван Петрович", "Петренко (Коваль) Ганна", "Koval, Anna",
        "Ludwig van der Berg", "Ковaль Артём", "О. І. Шевченко", "John \"J\" Smith",
        "Аббас Ельдар Ахмед огли", "Ткач Бондар",
    ],
    "phone": [
        "067 123 45 67", "8 067 123 45 67", "8 916 123-45-67", "044 234-56-78 вн. 5",
        "+48 600 123 456", "0671234567, 0507654321", "123", "немає",
    ],
    "email": [
        "Anna.K+x@Gmail.com", "аnna@x.ua", "mailto:a@b.ua?subject=x", "a@b.ua; c@d.ua",
        "почта@xn--e1afmkfd.xn--p1ai", "not an address",
    ],
    "birth.date": [
        "20.11.1975", "03/04/1975", "20 листопада 1975 р.", "20.XI.1975", "2О.11.1975",
        "17-May-90", "31.02.1980", "11.1975", "1900-01-01",
    ],
    "address.full": [
        "01001 м. Київ вул. Хрещатик 22 кв 5", "221B Baker Street, London NW1 6XE",
        "г. Харьков, ул. Сумская, д. 10, корп. 2, под. 3, кв. 5",
        "Львівська обл., Стрийський р-н, с. Дашава, вул. Шевченка, 5",
    ],
    "address.city": ["Днепропетровск", "Kiev", "с. Бровари", "Warsaw"],
    "address.street": ["вул. 1-го Травня", "бульв. Шевченка", "233rd Ave SE"],
    "address.house": ["12-а корп. 3", "12 літ. А", "12-14", "б/н"],
    "address.flat": ["кв. № 5", "apt # 7", "007"],
    "organization.name": [
        "ТОВ «Рута»", "Example Sp. z o.o.", "TOB Рута", "ИП Иванов И.И.", "LLC",
    ],
    "organization.reg_no": [
        "код ЄДРПОУ: 14360570", "7707083893", "1027700132195", "GB980780684",
        "GB980780685", "506700GE1G29325QX363", "UA143605704021", "77",
    ],
    "tax_id": ["ІПН 3184710691", "3184710692", "112-233-445 95", "0000000000"],
    "document": ["кв № 123456", "KB 123456", "АБ123456"],
    "iban": ["UA21 3223 1300 0002 6007 2335 6600 1", "UA21", "XX82WEST12345698765432"],
    "device": ["AA-BB-CC-DD-EE-FF", "490154203237518", "{AEBE52E7-03EE}", "0000"],
    "handle": ["@Anna", "https://t.me/Anna", "facebook.com/profile.php?id=1000"],
    "cookie": [' "AbC" '],
    "sex": ["Ж", "1", "?"],
    "job.title": ["Головний  Бухгалтер."],
    "x.own": [" red  blue"],
}  # fmt: skip
DIGESTS = {2: "a585e0fb4fbf02cc"}


def test_forms_change_with_their_version() -> None:
    said = [
        [attribute, text, *normalize({attribute: [text]})]
        for attribute, texts in CORPUS.items()
        for text in texts
    ]
    told = json.dumps(said, ensure_ascii=False, sort_keys=True)
    digest = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    assert DIGESTS.get(NORMALIZER_VERSION) == digest
    assert max(DIGESTS) == NORMALIZER_VERSION
