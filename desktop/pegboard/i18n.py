"""Translation of every visible sentence, on screen and on paper.

A sentence is written whole, in English, with named placeholders; `tr` looks up the chosen language and fills them in.
"""

_catalogue: dict[str, str] = {}


def use_catalogue(catalogue: dict[str, str]) -> None:
    """Translate from now on with `catalogue`: English sentence -> sentence of the chosen language."""
    _catalogue.clear()
    _catalogue.update(catalogue)


def tr(sentence: str, /, **values: object) -> str:
    """Translate `sentence` and fill in its named placeholders."""
    text = _catalogue.get(sentence, sentence)
    return text.format(**values) if values else text
