"""The plots of a plan: which there are (``plots``), how each is drawn, both files of a figure.

Whoever only asks which there are, or for classes and shapes of a map (``maps``, ``groups``), does not wait
for matplotlib: that comes in with ``draw`` and with the files that draw on an ``ax``.
"""
