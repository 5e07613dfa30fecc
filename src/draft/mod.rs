//! Drafting (起草): themes to an outline, and the outline to docx, Markdown and JSON.
