"""Accounts, contacts and consents of Salesforce's Data Export, CSV.

Contact and Account: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contact.htm;
consents are ContactPointTypeConsent. Custom fields that are read: Tax_Id__c,
Payout_Iban__c, Device_Id__c, Maiden_Name__c, Registration_No__c, and the look-ups
Spouse__c and Referred_By__c; other columns are kept as ``x.NAME``.
"""

from collections.abc import Sequence
from typing import Literal

from graph.model import Consent, Texts
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, moment, zone
from ingest.normalize.name_parts import is_patronymic
from ingest.reading.lines import Line
from ingest.sources.source import RowParser, Shape, Source, has_columns, needed

NAME = "crm"
_DOCUMENTATION = (
    "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/"
    "object_reference/"
)
_CONTACT = {
    "LastName": "name.family", "FirstName": "name.given", "MiddleName": "name.middle",
    "Birthdate": "birth.date", "Phone": "phone", "MobilePhone": "phone",
    "HomePhone": "phone", "Email": "email", "MailingStreet": "address.full",
    "MailingCity": "address.city", "MailingPostalCode": "address.postcode",
    "MailingCountry": "address.country", "MailingState": "address.region",
    "Title": "job.title", "Tax_Id__c": "tax_id", "Payout_Iban__c": "iban",
    "Device_Id__c": "device", "Maiden_Name__c": "name.maiden",
}  # fmt: skip
_ACCOUNT = {
    "Name": "organization.name", "Registration_No__c": "organization.reg_no",
    "Phone": "phone", "BillingStreet": "address.full",
    "BillingCity": "address.city", "BillingPostalCode": "address.postcode",
    "BillingCountry": "address.country",
}  # fmt: skip
_TIES = {"Spouse__c": "spouse", "Referred_By__c": "referred_by"}
_NOT_KEPT = frozenset({
    "Id", "AccountId", "ReportsToId", "CreatedDate", "LastModifiedDate", *_TIES,
})  # fmt: skip
_CHANNELS = {"mailingaddress": "mail"}
_States = Literal["granted", "denied", "unknown"]
_STATES: dict[str, _States] = {"OptIn": "granted", "OptOut": "denied"}


class _Crm(RowParser):
    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts, header)
        self._zone = zone(facts.settings.zone)

    def _changed(self, row: dict[str, str]) -> Moment | None:
        """When the row was last changed; made, when it was not."""
        text = row.get("LastModifiedDate") or row.get("CreatedDate")
        return moment(text, self._zone, declared=False) if text else None


class ContactParser(_Crm):
    """Parses a file of contacts."""

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one contact, with the ties that the CRM states."""
        del line
        facts, key = self.facts, needed(row, "Id")
        when = self._changed(row)
        record = facts.record(NAME, key)
        facts.says(record, NAME, _attributes(row, _CONTACT), when)
        if row["AccountId"]:
            work = {"title": row.get("Title"), "department": row.get("Department")}
            facts.states(
                record,
                "works_for",
                facts.record_id(NAME, row["AccountId"]),
                when,
                {name: text for name, text in work.items() if text},
            )
        ties = {**_TIES, "ReportsToId": "reports_to"}
        for column, kind in ties.items():
            if other := row.get(column):
                facts.states(record, kind, facts.record_id(NAME, other), when)
        return True


class AccountParser(_Crm):
    """Parses a file of accounts."""

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one account: an organization."""
        del line
        record = self.facts.record(NAME, needed(row, "Id"), organization=True)
        raw = _attributes(row, _ACCOUNT)
        self.facts.says(record, NAME, raw, self._changed(row))
        return True


class ConsentParser(_Crm):
    """Parses a file of consents."""

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one consent; the contact may come in a later file."""
        del line
        facts = self.facts
        party = facts.record_id(NAME, needed(row, "PartyId"))
        text = row.get("EffectiveFrom") or needed(row, "CaptureDate")
        when = moment(text, self._zone, declared=False)
        point = needed(row, "ContactPointType").lower()
        state = needed(row, "PrivacyConsentStatus")
        own = f"{needed(row, 'Id')}/{state}/{when.at}"
        consent = Consent(
            id=facts.ids.event("Consent", party, own),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=list(when.flags),
            purpose=needed(row, "DataUsePurpose").lower(),
            channel=_CHANNELS.get(point, point),
            state=_STATES.get(state, "unknown"),
        )
        facts.event(consent, party)
        return True


def _attributes(row: dict[str, str], known: dict[str, str]) -> Texts:
    """The row's cells by attribute, each text once; patronymics told by their form."""
    raw: Texts = {}
    for column, text in row.items():
        if column not in _NOT_KEPT and text.strip():
            texts = raw.setdefault(known.get(column, f"x.{column}"), [])
            if text not in texts:
                texts.append(text)
    if is_patronymic(" ".join(raw.get("name.middle", ()))):
        raw["name.patronymic"] = raw.pop("name.middle")
    return raw


CONTACTS = Source(
    name="crm_contacts",
    format="Salesforce contacts, CSV",
    documentation=f"{_DOCUMENTATION}sforce_api_objects_contact.htm",
    shape=Shape.TABLE,
    recognise=has_columns("Id", "AccountId", "LastName", "FirstName"),
    parser=ContactParser,
)
ACCOUNTS = Source(
    name="crm_accounts",
    format="Salesforce accounts, CSV",
    documentation=f"{_DOCUMENTATION}sforce_api_objects_account.htm",
    shape=Shape.TABLE,
    recognise=has_columns("Id", "Name", "BillingCity"),
    parser=AccountParser,
)
CONSENTS = Source(
    name="crm_consents",
    format="Salesforce contact point type consents, CSV",
    documentation=f"{_DOCUMENTATION}sforce_api_objects_contactpointtypeconsent.htm",
    shape=Shape.TABLE,
    recognise=has_columns("Id", "PartyId", "ContactPointType", "PrivacyConsentStatus"),
    parser=ConsentParser,
)
