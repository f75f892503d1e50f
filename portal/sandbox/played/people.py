"""Names of people and places to make up addresses from: the same every time."""

FIRST_NAMES = (
    "Adele",
    "Bruno",
    "Camille",
    "Daniel",
    "Elise",
    "Felix",
    "Gaelle",
    "Hugo",
    "Ines",
    "Jules",
    "Karine",
    "Leo",
    "Manon",
    "Nathan",
    "Oceane",
    "Paul",
    "Quentin",
    "Rose",
    "Samuel",
    "Theo",
    "Ursule",
    "Victor",
    "Wendy",
    "Xavier",
    "Yasmine",
    "Zoe",
)
LAST_NAMES = (
    "Arnaud",
    "Bernard",
    "Colin",
    "Dupont",
    "Evrard",
    "Fontaine",
    "Girard",
    "Hebert",
    "Imbert",
    "Joly",
    "Klein",
    "Lambert",
    "Moreau",
    "Noel",
    "Olivier",
    "Perrin",
    "Quere",
    "Renaud",
    "Simon",
    "Tessier",
    "Urbain",
    "Vidal",
    "Weber",
    "Xibrer",
    "Yvon",
    "Zeller",
)
EXTERNAL = ("example.com", "example.net", "example.org")


def person(number: int) -> tuple[str, str]:
    return FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]


def local_part(first: str, last: str, number: int) -> str:
    """Unique: a round number follows once all pairs of names are used up."""
    turn = number // (len(FIRST_NAMES) * len(LAST_NAMES))
    return f"{first}.{last}{turn + 1 if turn else ''}".lower()
