"""A node's dashboard: everything that the page, its workbook and its print show, from a handful of queries."""

from insights.board.asking import BoardForm, Wanted, as_shown
from insights.board.building import Board, build
from insights.board.kept import draw

__all__ = ["Board", "BoardForm", "Wanted", "as_shown", "build", "draw"]
