"""Where the tables come from, and how each of them is read."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from territory.inputs.scenario.parts import Flag, Keys, Text, Texts, problem

__all__ = ["AddressTable", "CallsTable", "Inputs", "PostalPoints", "Source"]


class PostalPoints(Keys):
    """A table of postal codes with their points."""

    file: Text = Field(description="File below the scenario's folder.")
    code: Text = Field("code", description="Header of the postal codes.")
    lon: Text = Field("lon", description="Header of the longitudes, in degrees.")
    lat: Text = Field("lat", description="Header of the latitudes, in degrees.")


class AddressTable(Keys):
    """A table of the accounts' addresses, where a system exports them apart."""

    file: Text = Field(description="File below the scenario's folder.")
    sheet: Text | None = Field(None, description="Excel sheet; the first one when not written.")
    account: Text | None = Field(
        None, description="Header of the account's id; found from the headers when not written."
    )
    where: Text | None = Field(
        None, description="Rows that count, by the file's headers; the primary ones come first."
    )


class CallsTable(Keys):
    """A table of calls that were made, from which the accounts' calls a year are counted."""

    file: Text = Field(description="File below the scenario's folder.")
    sheet: Text | None = Field(None, description="Excel sheet; the first one when not written.")
    account: Text | None = Field(
        None, description="Header of the account; found from the headers when not written."
    )
    date: Text | None = Field(
        None, description="Header of the day; found from the headers when not written."
    )
    dates: Literal["day first", "month first"] | None = Field(
        None, description="What 3/4/2024 means; found from the column when not written."
    )
    where: Text | None = Field(None, description="Rows that count, by the file's headers.")


class Source(Keys):
    """Where a table comes from: a file name, or a TOML table with these keys."""

    file: Text | None = Field(None, description="File below the scenario's folder.")
    sample: Text | None = Field(None, description="Name of an embedded sample, instead of a file.")
    sheet: Text | Texts | None = Field(
        None,
        description="Excel sheet; the first one when not written. Several, as in "
        '["2023", "2024"], are read one under the other, each for the period that its name says.',
    )
    layer: Text | None = Field(None, description="GeoPackage layer; the first when not written.")
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(
        None, description="CSV delimiter; found from the file when not written."
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="Mark of decimals in numbers; found from the file when not written."
    )
    as_written: Texts = Field(
        (),
        description="Our columns whose numbers are taken as they are, whatever their header says "
        'of thousands, minutes or months, as in ["revenue_usd"].',
    )
    encoding: Text | None = Field(
        None, description="Text encoding; told from the file when not written."
    )
    columns: Mapping[Text, Text] = Field(
        default_factory=dict,
        description='Our column name = header in the file, as in {account_id = "Acct No"}.',
    )
    exclude: Texts = Field((), description="Ids of rows that are left out, in quotes.")
    where: Text | None = Field(
        None,
        description="Rows that are kept, by our names or the file's headers, as in "
        "\"state in ('MA', 'CT') and status != 'Closed'\".",
    )
    dates: Literal["day first", "month first"] | None = Field(
        None, description="What 3/4/2024 means; found from the column when not written."
    )
    fiscal_start_month: Annotated[int, Field(strict=True, ge=1, le=12)] | None = Field(
        None,
        description="Month in which fiscal years begin, named by the year they end in; quarters "
        "and years of the history are then fiscal.",
    )
    as_of: date | None = Field(
        None, description="Day on which dated rows are in force; the latest start when not written."
    )
    role: Text | None = Field(
        None, description='Role of the alignment\'s rows that count, as in "Primary".'
    )
    several: Literal["first"] | None = Field(
        None,
        description="Who leads where an account of the alignment has several reps and neither "
        'share nor role says it: "first" for the first row\'s; asked for when not written.',
    )
    postal_points: PostalPoints | None = Field(
        None, description="Where postal codes of other countries lie, from a table of your own."
    )
    addresses: AddressTable | None = Field(
        None, description="Where the accounts' addresses stand, if not in their own table."
    )
    calls_made: CallsTable | None = Field(
        None,
        description="Calls that were made, a row each: where the accounts have no calls a year, "
        "those of the last twelve months are.",
    )
    place_by_city: Flag = Field(
        False, description="Place rows without anything better at the middle of their city."
    )
    place_by_state: Flag = Field(
        False,
        description="Place rows of which only the state is known in the middle of its accounts.",
    )
    repair: Flag = Field(
        False,
        description="Make the repairs that `territory audit --fix-preview` lists for this table.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.file and self.sample:
            raise problem("", "names both a file and a sample; expected one of them")
        if not self.file and not self.sample:
            raise problem("", "names neither a file nor a sample; expected one of them")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Let editors accept the plain file name too."""
        table = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [{"type": "string", "minLength": 1}, table]}


class Inputs(Keys):
    """The tables: each a file name or a table of keys."""

    accounts: Source | None = Field(None, description="Hospitals, centers, laboratories, clinics.")
    reps: Source | None = Field(None, description="Sales representatives and their homes.")
    units: Source | None = Field(None, description="Market data by unit (county, ZIP, polygon).")
    alignment: Source | None = Field(None, description="Today's territories.")
    affiliations: Source | None = Field(None, description="Health systems and purchasing groups.")
    history: Source | None = Field(None, description="Sales by account and period.")
