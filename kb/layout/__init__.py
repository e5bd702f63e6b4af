"""From lines of words with boxes to blocks in reading order: for every reader that meets pages (PDF, OCR).

Along the flow: furniture (running heads and feet) is set aside, ruled tables become rows, the rest is put into reading
order, lines become paragraphs, paragraphs get their roles, and those cut by a column or a page are joined.
"""

from kb.layout.blocks import Arrange, Columns, blocks_of
from kb.layout.lines import Line, Sheet, Word
from kb.layout.pieces import unsplit

__all__ = ["Arrange", "Columns", "Line", "Sheet", "Word", "blocks_of", "unsplit"]
