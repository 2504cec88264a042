"""Why there is no plan and what would make one, in sentences with the names of places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pdc.country.country import Country
from pdc.solve.no_plan.conflicts import SHARE, SUPPLY, Conflict, Member, Spot
from pdc.solve.no_plan.errors import NoPlanError
from pdc.solve.no_plan.pool import PoolChange
from pdc.solve.no_plan.ways_out import NoPlan
from pdc_common.text import Lang, say

NAMED: Final = 3  # places named in a line of a rule
PLACES: Final = 10  # places named where they are what matters
_EVERYWHERE: Final = ("order", SHARE)
_PINS: Final = ("pin", "nowhere", "closed")


def lines(error: NoPlanError, lang: Lang) -> Iterator[tuple[int, str]]:
    """(depth, sentence) of everything an error without a plan knows."""
    if error.country is None or error.rulebook is None:
        return
    names = {title.code: title.name[lang] for title in error.rulebook.titles}
    for trouble in error.troubles:
        yield from _Words(error.country, names, lang).of(trouble)


class _Words:
    def __init__(self, country: Country, names: dict[str, str], lang: Lang) -> None:
        self.country, self.names, self.lang = country, names, lang

    def of(self, trouble: NoPlan) -> Iterator[tuple[int, str]]:
        """Conflicts first, then ways out."""
        yield 0, self.say("head", group=self.title(trouble.group))
        for one in trouble.conflicts:
            yield from self.conflict(one)
        if not trouble.conflicts:
            yield 1, self.say("unknown")
        ways = list(self.ways(trouble))
        if ways:
            whole = not any(pool.left or pool.spot for pool in trouble.pools)
            whole = whole and not any(change.inside for change in trouble.changes)
            several = sum(depth < 3 for depth, _ in ways) > 1
            yield 1, self.say("relax_each" if whole and several else "relax")
            yield from ways

    def conflict(self, one: Conflict) -> Iterator[tuple[int, str]]:
        if not one.members:
            places = self.places(one.others, PLACES, "most_spot")
            yield 1, self.say("others", count=self.number(len(one.others)), places=places)
            return
        if one.place is None:
            yield 1, self.say("conflict")
        else:
            yield 1, self.say("conflict_at", place=self.place(one.place))
        for member in one.members:
            yield 2, self.member(member, one.place)
        if one.others:
            yield (
                2,
                self.say(
                    "likewise", count=len(one.others), places=self.places(one.others, PLACES, "most_spot")
                ),
            )

    def member(self, member: Member, place: Spot | None) -> str:
        values = {
            "clause": member.clause, "title": self.title(member.title), "posts": self.number(member.posts),
            "source": member.source,
        }  # fmt: skip
        if member.form in _PINS:
            return self.say(member.form, **values, place=self.place(member.spots[0]))
        if member.form == SUPPLY or member.form in _EVERYWHERE or not member.spots:
            return self.say(member.form, **values)
        form = member.form
        if len(member.spots) > 1:
            named = self.places(member.spots, NAMED, "short_spot")
            return self.say(f"{form}_all", **values, places=self.number(len(member.spots)), named=named)
        spot = member.spots[0]
        if form == "band":
            form = "band" if spot.upper is not None else "band_open"
            values["upper"] = self.number(spot.upper or 0)
        if place is not None and (spot.level, spot.at) == (place.level, place.at):
            return self.say(form, **values)
        return self.say(f"{form}_at", **values, place=self.place(spot))

    def ways(self, trouble: NoPlan) -> Iterator[tuple[int, str]]:
        if trouble.short:
            yield 2, self.say("let", rules="").rstrip(" ")
        for short in trouble.short:
            values = {
                "clause": short.clause, "title": self.title(short.title), "posts": self.number(short.posts),
            }  # fmt: skip
            one = len(short.spots) == 1
            yield (
                3,
                self.say(
                    "short_one" if one else "short", **values, places=self.number(len(short.spots)),
                    named=self.places(short.spots, PLACES, words="" if one else "short_spot"),
                ),
            )  # fmt: skip
        for pool in trouble.pools:
            yield 2, self.pool(pool, bool(trouble.short))
        for change in trouble.changes:
            pin = change.pin
            values = {
                "clause": pin.clause, "source": pin.source, "title": self.title(pin.title),
                "posts": self.number(pin.posts), "to": self.number(change.posts),
            }  # fmt: skip
            key = "pin_there" if change.inside else "pin_change"
            yield 2, self.say(key, **values, place=self.place(change.spot))

    def pool(self, pool: PoolChange, strict: bool) -> str:
        if pool.spot is not None:
            title, posts = next(iter(pool.posts.items()))
            end = pool.spot.posts
            return self.say(
                "band_more" if posts > 0 else "band_fewer", place=self.place(pool.spot),
                title=self.title(title), end=self.number(end), to=self.number(end + posts),
                posts=self.number(abs(posts)),
            )  # fmt: skip
        changes = ", ".join(
            self.say(
                "pool_more" if posts > 0 else "pool_fewer",
                posts=self.number(abs(posts)),
                title=self.title(title),
            )
            for title, posts in pool.posts.items()
        )
        key = "pool_plan" if not strict else "pool" if pool.left else "pool_all"
        return self.say(key, changes=changes, left=self.number(pool.left))

    def places(self, spots: Sequence[Spot], most: int, words: str = "") -> str:
        """The first places by name; how many more there are."""
        told = [
            self.say(
                words,
                place=self.place(spot),
                posts=self.number(spot.posts),
                most=self.number(spot.upper or 0),
            )
            if words
            else self.place(spot)
            for spot in spots[:most]
        ]
        if len(spots) > most:
            told.append(self.say("more_places", count=self.number(len(spots) - most)))
        return "; ".join(told)

    def place(self, spot: Spot) -> str:
        """A place by name, with its code and those above it."""
        country = self.country
        code = country.codes(spot.level)[spot.at]
        if spot.level == "province":
            return self.say("at_province", code=code, name=country.provinces["province"].iloc[spot.at])
        district = spot.at if spot.level == "district" else int(country.unit_district[spot.at])
        above = country.provinces["province"].iloc[int(country.district_province[district])]
        name = country.districts["district"].iloc[district]
        if spot.level == "district":
            return self.say("at_district", code=code, name=name, province=above)
        unit = country.units["unit"].iloc[spot.at]
        return self.say("at_unit", code=code, name=unit, district=name, province=above)

    def title(self, codes: str) -> str:
        """Names of titles joined by ``+``."""
        return " + ".join(self.names.get(code, code) for code in codes.split("+"))

    def number(self, value: int) -> str:
        """With the thousands of the language."""
        return f"{value:,}".replace(",", "." if self.lang == "tr" else ",")

    def say(self, key: str, **values: object) -> str:
        """A sentence of the table."""
        return say(f"strict.cli.{key}", self.lang, **values)
