//! The workspace (资料库): composes the stages.
