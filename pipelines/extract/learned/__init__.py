"""What a sentence says, learned: a linear model over the letters, words and rules of a sentence.

``features`` turns a sentence into names of features, ``model`` weighs them (no library needed), ``train`` makes the weights from the
labelled sentences in ``data/judge/sentences``: ``make judge``. More sentences, or a language more, are lines in a file there.
"""
