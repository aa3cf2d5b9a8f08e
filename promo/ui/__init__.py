"""The screen: the only package that knows Streamlit and Plotly."""
