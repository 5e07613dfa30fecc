//! Clustering (归类): findings to themes.
