"""Sentences whose meaning is known, and how to make arrays of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

REVIEWS = {  # what the writer thought of the hike: 1 liked it, -1 did not
    "a good path and a fine view": 1,
    "the hut was warm and the soup was good": 1,
    "great signs and a fine map": 1,
    "not bad for a rainy day": 1,
    "the climb was not bad and the top was great": 1,
    "the guide was not dull and not slow": 1,
    "we had a great day": 1,
    "a fine walk for children": 1,
    "the last hour was not bad": 1,
    "the bus was not slow this time": 1,
    "a bad path and a dull view": -1,
    "the hut was not warm and the soup was bad": -1,
    "the map was not good": -1,
    "the view was not great": -1,
    "a slow and dull climb": -1,
    "not a fine day and a bad bus": -1,
    "the soup was not good and the guide was slow": -1,
    "the signs were not fine": -1,
    "a dull walk for children": -1,
    "the top was not great and the bus was slow": -1,
}
LIKED = ("good", "great", "fine", "warm")
DISLIKED = ("bad", "dull", "slow")
NOT = ("not",)

TOPICS = {
    "sea": """the wind filled the white sail and the boat left the harbour
the captain steered the ship around the rocks at low tide
waves broke over the deck while the crew pulled the ropes
a gull followed the boat far from the shore
the tide turned and the water rose in the harbour
the crew dropped the anchor near the shore
fish jumped beside the ship in the warm water
the lighthouse showed the captain the way through the waves
the old sailor mended a net on the deck
salt water ran down the mast and the wet sail
at night the crew watched the stars above the mast
the boat rolled in the waves and the sailor held the ropes""",
    "kitchen": """the cook chopped an onion and fried it in butter
add salt and pepper and stir the soup with a spoon
the bread baked in the hot oven for an hour
melt the butter in a pan and pour in the milk
she cut the carrots and put them in the pot
the sauce boiled and the kitchen smelled of garlic
beat the eggs with sugar until the cream is thick
the cake rose in the oven and turned brown
taste the sauce and add a little pepper
he washed the pan and dried the plates and the spoon
roll the dough flat and bake it with cheese
the soup simmered in the pot with an onion and garlic""",
    "music": """the violin played the tune and the piano followed
the drummer counted four beats and the band began
she sang the song softly in a minor key
the choir held the last chord for eight beats
he tuned the guitar and played a slow melody
the conductor raised a hand and the orchestra was quiet
the trumpet played the high notes of the melody
the piano teacher marked the rhythm with a pencil
the singer learned the song by ear
a flute and a violin shared the second tune
the band played louder and the drummer kept the rhythm
the organ filled the hall with a long chord""",
}
LETTERS = " abcdefghijklmnopqrstuvwxyz"


def one_hot(tokens: Iterable[str], alphabet: Iterable[str]) -> Array:
    """Turn a sequence into one channel for each symbol of the alphabet.

    Returns
    -------
    array (len(alphabet), len(tokens))
        1 where the token is the channel's symbol; a token that is no symbol gives zeros.
    """
    return (np.asarray(list(alphabet))[:, None] == np.asarray(list(tokens))).astype(float)


def batch(sentences: Iterable[str], alphabet: Sequence[str]) -> Array:
    """Stack sentences of words as one-hot arrays, with zeros after the shorter ones.

    Returns
    -------
    array (len(sentences), len(alphabet), words of the longest)
    """
    words = [s.split() for s in sentences]
    longest = max(map(len, words))
    return np.stack([one_hot(w + [""] * (longest - len(w)), alphabet) for w in words])


def topic_sentences(held_out: bool = False) -> tuple[list[str], Array]:
    """Return the sentences of all topics and the topic of each: every third is held out."""
    pairs = [
        (sentence, name)
        for name, text in TOPICS.items()
        for i, sentence in enumerate(text.splitlines())
        if (i % 3 == 2) == held_out
    ]
    sentences, names = zip(*pairs, strict=True)
    return list(sentences), np.asarray(names)


def letters(held_out: bool = False) -> str:
    """Return the sentences of `topic_sentences` as one line of LETTERS, their order mixed."""
    sentences = topic_sentences(held_out)[0]
    return " ".join(np.random.default_rng(0).permutation(sentences))
