"""Lines of a master file."""


def txt(host: str, *strings: str) -> str:
    """A TXT record of these strings, cut where DNS has to cut them; each of its characters is taken as it is."""
    cut = [string[start : start + 255] for string in strings for start in range(0, len(string) or 1, 255)]
    quoted = ['"' + string.replace("\\", "\\\\").replace('"', '\\"') + '"' for string in cut]
    return f"{host} TXT {' '.join(quoted)}"
