"""Works to read: a BibTeX file becomes entries in Markdown, their DOIs and addresses as links.

What is printed: authors (or editors), title, journal or book, volume, pages, edition, publisher,
school, institution, organization, howpublished, note, year; then DOI, arXiv number and address.
pybtex reads the file and refuses what is no BibTeX. DOIs and addresses are taken as they stand,
never decoded as LaTeX, which would spoil a ~ or a %.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from string import ascii_lowercase
from urllib.parse import quote

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.textutils import abbreviate

# Kinds of works that have a title of their own; the others are parts of something.
WHOLE = {"book", "booklet", "manual", "online", "mastersthesis", "phdthesis", "proceedings"}
PLACES = ("publisher", "school", "institution", "organization", "howpublished", "note")
# What a program that exports BibTeX writes for a character with a meaning in LaTeX.
ESCAPED = re.compile(r"\\([_%#&~$])|\{\\textasciitilde\}")
DOI_ADDRESS = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


@dataclass(frozen=True)
class Work:
    """A work: how a sentence names it ("Kingma and Ba 2015"), and its entry in a list.

    ``authors`` and ``rest`` are the entry's two parts, both in Markdown.
    """

    name: str
    authors: str
    rest: str


def read(path):
    """The works in a BibTeX file: key → `Work`. ValueError names the entry that is wrong."""
    # Names are split further down, where an error knows its entry.
    parser = Parser(encoding="utf-8", person_fields=[])
    try:
        entries = parser.parse_string(path.read_text(encoding="utf-8")).entries
    except PybtexError as error:
        at = getattr(getattr(error, "parser", None), "current_entry_key", None)
        where = f", entry {at!r}" if at else ""
        raise ValueError(f"{path.name}{where}: this is no BibTeX: {error}") from None
    works = {}
    for key, entry in entries.items():
        try:
            works[key] = work(entry)
        except (ValueError, PybtexError) as error:
            raise ValueError(f"{path.name}, entry {key!r}: {error}") from None
    return distinct(works)


def distinct(works):
    """The same works; where several have one name, a letter after it tells them apart."""
    total, seen, found = Counter(each.name for each in works.values()), Counter(), {}
    for key, each in works.items():
        letter = ascii_lowercase[seen[each.name]] if total[each.name] > 1 else ""
        seen[each.name] += 1
        found[key] = replace(each, name=each.name + letter)
    return found


def work(entry):
    """What is printed of an entry of pybtex."""
    fields = {name.lower(): text.strip() for name, text in entry.fields.items()}
    fields.setdefault("year", fields.get("date", "")[:4])
    fields.setdefault("author", fields.get("editor", ""))
    missing = [name for name in ("author", "title", "year") if not fields.get(name)]
    if missing:
        raise ValueError(f"it has no {' and no '.join(missing)}")
    names = [Name(Person(name)) for name in split_name_list(fields["author"])]
    year = escaped(plain(fields["year"]))
    return Work(f"{short(names)} {year}", full(names), rest(entry.type.lower(), fields, year))


class Name:
    """A person: the last name, and the whole name with initials. "others" is nobody."""

    def __init__(self, person):
        last = " ".join(map(plain, person.prelast_names + person.last_names))
        first = " ".join(map(plain, person.first_names + person.middle_names))
        self.others = (first, last) == ("", "others")
        self.last = escaped(last)
        lineage = [plain(name) for name in person.lineage_names]
        self.whole = escaped(" ".join(filter(None, [abbreviate(first), last, *lineage])))


def short(names):
    """The authors as a sentence names them."""
    if len(names) > 2 or names[-1].others:
        return f"{names[0].last} et al."
    return " and ".join(name.last for name in names)


def full(names):
    """The authors as a list names them."""
    known = ", ".join(name.whole for name in names if not name.others)
    return f"{known} and others" if names[-1].others else known


def rest(kind, fields, year):
    """All of an entry behind its authors."""
    title = escaped(plain(fields["title"]))
    parts = [f"*{title}*" if kind in WHOLE else f"“{title}”", container(fields)]
    if "edition" in fields:
        parts.append(f"{escaped(plain(fields['edition']))} edition")
    parts += [escaped(plain(fields[name])) for name in PLACES if name in fields]
    text = f"{', '.join(filter(None, parts))} ({year})"
    return ", ".join([text, *links(fields)])


def container(fields):
    """The journal or the book in which a work stands, with volume and pages."""
    name = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")
    if not name:
        return ""
    book = "journal" not in fields and "journaltitle" not in fields
    text = f"{'in ' if book else ''}*{escaped(plain(name))}*"
    text += f" {escaped(plain(fields['volume']))}" if "volume" in fields else ""
    pages = escaped(re.sub("-+", "–", plain(fields.get("pages", ""))))
    return f"{text}, {pages}" if pages else text


def links(fields):
    """A work's DOI, its number at arXiv and its address as links, as far as it has them."""
    found = []
    if "doi" in fields:
        doi = DOI_ADDRESS.sub("", unescaped(fields["doi"]))
        found.append(link(f"doi:{doi}", "https://doi.org/" + quote(doi, safe="/:;,@!=*'()+")))
    if fields.get("eprint") and fields.get("archiveprefix", "arxiv").lower() == "arxiv":
        found.append(
            link(f"arXiv:{fields['eprint']}", f"https://arxiv.org/abs/{fields['eprint']}")
        )
    if "url" in fields:
        address = unescaped(re.sub(r"^\\url\{(.*)\}$", r"\1", fields["url"]))
        if not re.match("https?://[^/]", address):
            raise ValueError(f"its url must begin with https:// or http://, not {address!r}")
        found.append(link(re.sub("^https?://(www[.])?|/$", "", address), address))
    return found


def link(text, address):
    """A link in Markdown; what may not stand in an address is written as %XX."""
    address = quote(address, safe="%/:?#[]@!$&'()*+,;=~")
    target = f"<{address}>" if re.search("[()]", address) else escaped(address)
    return f"[{escaped(text)}]({target})"


def unescaped(text):
    """A DOI or an address without LaTeX's backslashes, which it cannot hold itself."""
    return ESCAPED.sub(lambda match: match[1] or "~", text)


def plain(latex):
    """The text that LaTeX stands for: accents, dashes, braces."""
    text = str(Text.from_latex(latex))
    command = re.search(r"\\\w+", text)
    if command:
        raise ValueError(f"{command[0]} in {latex!r} cannot be read; write it without commands")
    return text


def escaped(text):
    """Plain text as Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#&|~!])", r"\\\1", text)
