"""Frame in, figure out: no Streamlit, no words of their own, one look (`promo.ui.theme`).

`labels` are the words of one chart, already in the reader's language; `language` only chooses how
numbers are written.
"""
