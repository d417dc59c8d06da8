"""Invented words."""

ONSETS = "b d f g k l m n p r s t v z br dr kl pr st tr".split()
VOWELS = "a e i o u ai ou".split()


def invented(random, syllables):
    """A word of so many syllables."""
    parts = []
    for _ in range(syllables):
        parts += [ONSETS[int(random.random() * len(ONSETS))], VOWELS[int(random.random() * len(VOWELS))]]
    return "".join(parts)


def vocabulary(random, size):
    """Distinct words, the first and commonest the shortest."""
    words = {}
    while len(words) < size:
        words.setdefault(invented(random, 1 + (len(words) > 60) + (len(words) > 3000)))
    return list(words)
