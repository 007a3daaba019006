//! Questions that people ask while they look around: which values a key has ([`Facets`]), which keys there are ([`Fields`]), how many
//! records over time ([`Histogram`]), where one record is ([`Sought`]).
//!
//! All but the last can be answered by visiting lines, and are here: any store that can be visited answers them. A store that knows
//! a shorter way takes it.

mod bars;
mod facets;
mod fields;
mod histogram;
mod sought;
mod values;
mod visited;

pub(crate) use facets::{Facet, Facets, FacetsRequest, facets};
pub(crate) use fields::{Field, Fields, FieldsRequest, TYPES, fields};
pub(crate) use histogram::{Bar, Histogram, HistogramRequest, histogram};
pub(crate) use sought::Sought;
pub(crate) use visited::Visited;
