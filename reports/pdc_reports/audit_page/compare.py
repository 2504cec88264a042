"""placeholder"""


def write_compare_page(): ...
