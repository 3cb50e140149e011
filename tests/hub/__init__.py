"""A local server that speaks the Hugging Face Hub's protocol."""
