"""Solve a program stage by stage: shortfalls, deviations, ties; each over the optima of the one before.

``lexicographic.solve`` is the way in. A tree is a network and its vertices are whole (``network``,
``stages``, ``ties``);
what is no network is decided first, so that the rest is one: province numbers under shares (``shares``),
orders (``orders``, ``branching``), none-or-at-least rules (``none_or``).
"""
