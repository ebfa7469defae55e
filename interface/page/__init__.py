"""The page for the meeting: thin pages of Streamlit over a service that knows no screen."""
