"""For each connector a few items as its files have them: seeds of the fuzz."""

import json

CDR = (
    '"","0671234567","500","from-trunk","""Анна"" <0671234567>","PJSIP/trunk-1",'
    '"PJSIP/201-2","Queue","q,t","2026-03-01 10:00:00","2026-03-01 10:00:20",'
    '"2026-03-01 10:02:00","120","100","ANSWERED","DOCUMENTATION","17.1",""'
)
_USER = {"id": "1", "username": "Anna", "name": "Анна", "verified_type": "business"}
_POST = {
    "id": "10", "text": "@Anna так", "author_id": "2", "lang": "uk",
    "created_at": "2026-03-01T10:00:00.000Z", "in_reply_to_user_id": "1",
    "referenced_tweets": [{"type": "replied_to", "id": "9"}],
    "entities": {"mentions": [{"username": "Anna", "id": "1"}]},
}  # fmt: skip
_ORDER = {
    "order_id": "W-1", "total": 250.5, "margin": "20.05", "currency": "UAH",
    "products": [{"product_id": "P1", "price": 100, "quantity": 2, "name": "Чайник"}],
}  # fmt: skip
_CALL = {"anonymousId": "a", "timestamp": "2026-03-01T10:00:00Z", "messageId": "m"}
_MESSAGE = {
    "id": 1, "type": "message", "date": "2026-03-01T10:00:00",
    "date_unixtime": "1772352000", "from": "Анна", "from_id": "user101",
    "text": ["a", {"type": "mention_name", "text": "b", "user_id": 5}],
    "reply_to_message_id": 7, "edited_unixtime": "1772352001",
    "contact_information": {"first_name": "Петро", "phone_number": "+380501112233"},
}  # fmt: skip
_CHAT = {"name": "Анна", "type": "personal_chat", "id": 101}

_HIT = (
    '10.0.0.1 - u1 [01/Mar/2026:10:00:00 +0200] "GET /?q=%D1%87&utm_source=a HTTP/1.1" '
    '200 5 "https://google.com/?q=a" "Mozilla/5.0 Firefox/139.0"'
)
_RECEIPT = (
    "receipt_id,line,kind,return_of,store_id,store_name,city,sold_at,loyalty_card,"
    "sku,product,quantity,unit_price,amount,margin,currency"
)
_CONTACT = (
    "Id,AccountId,LastName,FirstName,MobilePhone,Title,ReportsToId,LastModifiedDate,"
    "Spouse__c"
)
_CONSENT = (
    "Id,PartyId,ContactPointType,DataUsePurpose,PrivacyConsentStatus,CaptureDate,"
    "EffectiveFrom"
)

ITEMS: dict[str, tuple[object, ...]] = {
    "web": (
        _CALL | {"type": "track", "event": "Order Completed", "properties": _ORDER},
        _CALL | {"type": "identify", "userId": 7, "traits": {"email": "a@x.ua",
                 "address": {"city": "Київ"}, "company": {"name": "Сад"}}},
        _CALL | {"type": "group", "groupId": 3, "traits": {"name": "Клуб"}},
        _CALL | {"type": "page", "context": {"device": {"id": "D"}, "page": {
                 "path": "/", "search": "?utm_source=a",
                 "referrer": "https://google.com/?q=a"}}},
        _CALL | {"type": "track", "event": "Product Reviewed",
                 "properties": {"product_id": 1, "review_body": "так", "rating": 5}},
        {"batch": [_CALL | {"type": "alias", "previousId": "b", "userId": "u"}],
         "sentAt": "2026-03-01T10:00:00Z"},
    ),
    "access": (
        _HIT,
        '::1 - - [01/Mar/2026:10:00:00 -0930] "\\x16\\x03" 400 - "-" "-"',
    ),
    "receipts": (
        _RECEIPT,
        'S1,1,sale,,T1,Центр,Київ,2026-03-01T12:00:00Z,77,P1,"Чай, сік",2,10,20,4,UAH',
        "R1,1,return,S1,T1,Центр,Київ,2026-03-02T12:00:00Z,,P1,Чай,1,5.50,5.50,1,UAH",
    ),
    "store_visits": (
        "visit_id,loyalty_card,store_id,store_name,city,entered_at,left_at,method,device_id",
        "V1,77,T1,Центр,Київ,2026-03-01T12:00:00+02:00,2026-03-01T12:30:00+02:00,beacon,D1",
    ),
    "loyalty": (
        "card_no,registered_at,full_name,phone,email,birth_date,marketing_sms",
        "77,2025-01-01T10:00:00+02:00,Коваль Анна,067 123 45 67,a@x.ua,03/04/1975,yes",
    ),
    "calls": (CDR,),
    "calls_table": (
        "calldate,src,dst,clid,channel,dstchannel,duration,billsec,disposition,uniqueid",
        "2026-03-01 10:00:00,0671234567,500,Анна,PJSIP/t-1,PJSIP/201-2,10,5,BUSY,17.1",
    ),
    "notes": (
        {"uniqueid": "17.1", "kind": "transcript", "at": "2026-03-01T10:02:00Z",
         "agent": {"id": "a1", "name": "Олена"}, "caller_name": "Анна",
         "account": "u17", "outcome": "no_sale",
         "turns": [{"speaker": "customer", "text": "Дорого"}]},
    ),
    "telegram": (
        _CHAT | {"messages": [_MESSAGE, _MESSAGE | {"id": 2, "forwarded_from": "x"}]},
        {"about": "Telegram", "personal_information": {"user_id": 900},
         "contacts": {"list": [{"user_id": 101, "date": "2026-01-01T10:00:00"}]},
         "chats": {"list": [_CHAT | {"type": "private_group", "messages": [
             {"id": 1, "type": "service", "date": "2026-03-01T10:00:00",
              "actor_id": "user101", "action": "join_group_by_link"}, _MESSAGE]}]}},
    ),
    "x_follows": ({"user_id": "2", "data": [_USER]},),
    "x_posts": ({"data": [_POST], "includes": {"users": [_USER], "tweets": [_POST]}},),
    "x_users": ({"data": [_USER]}, {"data": _USER}),
    "crm_contacts": (
        _CONTACT,
        "C1,A1,Коваль,Анна,0671234567,Інженер,C2,2026-03-01T10:00:00.000Z,C2",
    ),
    "crm_accounts": (
        "Id,Name,Phone,BillingStreet,BillingCity,Registration_No__c,LastModifiedDate",
        'A1,"ТОВ ""Ромашка""",0441234567,"вул. Садова, 1",Київ,32855961,2026-01-01',
    ),
    "crm_consents": (
        _CONSENT,
        "Z1,C1,Email,Marketing,OptOut,2026-03-01T10:00:00Z,",
    ),
}  # fmt: skip


def lines_of(name: str) -> list[bytes]:
    """The items of a connector as lines of a file."""
    return [
        (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)).encode()
        for one in ITEMS[name]
    ]
