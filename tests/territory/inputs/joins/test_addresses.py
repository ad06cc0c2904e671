"""Addresses of a table of their own reach their accounts: the primary one, never a dead one."""

import pytest

ACCOUNTS = "id,name__v,potential_usd\nA-1,One,5\nA-2,Two,6\nA-3,Three,7\n"
HEAD = "id,account__v,name__v,city__v,state__v,postal_code__v,primary__v,inactive__v\n"


@pytest.fixture
def zips(tmp_path, read):
    def run(rows, more=""):
        (tmp_path / "address.csv").write_text(HEAD + rows, encoding="utf-8")
        source = f'{{file = "accounts.csv", addresses = {{file = "address.csv"{more}}}}}'
        (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
        found = read(inputs=[f"inputs.accounts = {source}"])
        return found.accounts["zip"].tolist() if found.accounts is not None else [], found.audit

    return run


def test_the_primary_address_counts_else_the_first_and_no_inactive_one(zips):
    rows = (
        "1,A-1,x,Houston,TX,77002,false,false\n2,A-1,x,Austin,TX,78701,Y,\n"
        "3,A-2,x,Dallas,TX,75201,,\n4,A-3,x,Laredo,TX,78040,true,WAHR\n5,A-3,x,Waco,TX,76701,,\n"
    )
    codes, audit = zips(rows)
    assert codes == ["78701", "75201", "76701"]
    said = [finding.what for finding in audit.findings if finding.kind == "addresses"]
    assert said == ["3 of 3 accounts have their address from address.csv"]


def test_several_addresses_without_a_primary_one_are_warned_about(zips):
    codes, audit = zips("1,A-1,x,,TX,77002,,\n2,A-1,x,,TX,78701,,\n3,A-2,x,,TX,75201,,\n")
    assert codes == ["77002", "75201", ""]
    text = "\n".join(message.text() for message in audit.messages("warning"))
    assert "1 account of address.csv have several addresses" in text.replace("has", "have")


def test_a_condition_chooses_the_rows(zips):
    rows = "1,A-1,x,,TX,77002,true,\n2,A-1,x,Austin,TX,78701,,\n"
    assert zips(rows, ", where = \"city__v = 'Austin'\"")[0] == ["78701", "", ""]


def test_a_table_without_the_account_says_what_it_has(zips):
    _, audit = zips("1,A-1,x,,TX,77002,true,\n", ', account = "Konto"')
    text = "\n".join(message.text() for message in audit.messages("error"))
    assert 'address.csv has no column "Konto"; it has "id", "account__v"' in text
