//! Request logging as a tower layer.
