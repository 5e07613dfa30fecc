//! Sums of rows (类的向量和): what a cluster's members have in total, in the form that suits its size.

use rustc_hash::FxHashMap;

use super::features::dot;

/// From this many features on a sum is kept by feature rather than in order.
const BIG: usize = 512;

/// The sum of the rows of a cluster.
#[derive(Debug)]
pub(super) enum Sum<'a> {
    /// One row, so many times.
    Row(&'a [(u32, f32)], f32),
    /// Feature and weight, by feature.
    Sorted(Vec<(u32, f32)>),
    /// Weight by feature.
    Big(FxHashMap<u32, f32>),
}

impl Sum<'_> {
    /// The dot product of two sums.
    pub(super) fn dot(&self, other: &Self) -> f32 {
        match (self, other) {
            (Sum::Big(one), Sum::Big(other)) => {
                let (small, large) = if one.len() <= other.len() { (one, other) } else { (other, one) };
                in_order(small).iter().map(|(feature, weight)| large.get(feature).map_or(0.0, |it| it * weight)).sum()
            }
            (Sum::Big(large), small) | (small, Sum::Big(large)) => {
                let (row, times) = small.ordered();
                row.iter().map(|(feature, weight)| large.get(feature).map_or(0.0, |it| it * weight)).sum::<f32>()
                    * times
            }
            (one, other) => {
                let ((left, times), (right, other_times)) = (one.ordered(), other.ordered());
                dot(left, right) * times * other_times
            }
        }
    }

    fn ordered(&self) -> (&[(u32, f32)], f32) {
        match self {
            Sum::Row(row, times) => (row, *times),
            Sum::Sorted(row) => (row, 1.0),
            Sum::Big(_) => (&[], 0.0),
        }
    }

    /// The sum of two sums.
    pub(super) fn with(self, other: Self) -> Self {
        match (self, other) {
            (Sum::Big(one), Sum::Big(other)) => {
                let (small, mut large) = if one.len() <= other.len() { (one, other) } else { (other, one) };
                for (feature, weight) in in_order(&small) {
                    *large.entry(feature).or_default() += weight;
                }
                Sum::Big(large)
            }
            (Sum::Big(mut large), small) | (small, Sum::Big(mut large)) => {
                let (row, times) = small.ordered();
                for &(feature, weight) in row {
                    *large.entry(feature).or_default() += weight * times;
                }
                Sum::Big(large)
            }
            (one, other) => {
                let total = merged(one.ordered(), other.ordered());
                if total.len() >= BIG { Sum::Big(total.into_iter().collect()) } else { Sum::Sorted(total) }
            }
        }
    }
}

/// The features of a sum in order, so that what is added up is added up in one order.
fn in_order(sum: &FxHashMap<u32, f32>) -> Vec<(u32, f32)> {
    let mut row: Vec<(u32, f32)> = sum.iter().map(|(&feature, &weight)| (feature, weight)).collect();
    row.sort_unstable_by_key(|&(feature, _)| feature);
    row
}

fn merged((left, times): (&[(u32, f32)], f32), (right, other_times): (&[(u32, f32)], f32)) -> Vec<(u32, f32)> {
    let mut total = Vec::with_capacity(left.len() + right.len());
    let (mut at_left, mut at_right) = (0, 0);
    while at_left < left.len() && at_right < right.len() {
        let ((one, weight), (other, other_weight)) = (left[at_left], right[at_right]);
        let mut sum = 0.0;
        if one <= other {
            sum += weight * times;
            at_left += 1;
        }
        if other <= one {
            sum += other_weight * other_times;
            at_right += 1;
        }
        total.push((one.min(other), sum));
    }
    total.extend(left[at_left..].iter().map(|&(feature, weight)| (feature, weight * times)));
    total.extend(right[at_right..].iter().map(|&(feature, weight)| (feature, weight * other_times)));
    total.shrink_to_fit();
    total
}
