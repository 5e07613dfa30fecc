//! Scores of a clustering against labels; read by the tests and by the bench.

use std::collections::{BTreeMap, BTreeSet};

/// B-cubed F1 of a clustering against labels (Bagga and Baldwin, 1998).
pub(crate) fn b_cubed(items: &[(String, String)]) -> f64 {
    let mut both: BTreeMap<(&String, &String), f64> = BTreeMap::new();
    let mut clusters: BTreeMap<&String, f64> = BTreeMap::new();
    let mut labels: BTreeMap<&String, f64> = BTreeMap::new();
    for (cluster, label) in items {
        *both.entry((cluster, label)).or_default() += 1.0;
        *clusters.entry(cluster).or_default() += 1.0;
        *labels.entry(label).or_default() += 1.0;
    }
    let n = items.len() as f64;
    let precision: f64 =
        items.iter().map(|(cluster, label)| both[&(cluster, label)] / clusters[cluster]).sum::<f64>() / n;
    let recall: f64 = items.iter().map(|(cluster, label)| both[&(cluster, label)] / labels[label]).sum::<f64>() / n;
    2.0 * precision * recall / (precision + recall)
}

/// Adjusted mutual information with the arithmetic mean (Vinh, Epps and Bailey, 2010).
pub(crate) fn ami(items: &[(String, String)]) -> f64 {
    let count = |pick: fn(&(String, String)) -> &String| {
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for item in items {
            *counts.entry(pick(item)).or_default() += 1;
        }
        counts
    };
    let (rows, cols) = (count(|item| &item.0), count(|item| &item.1));
    let mut cells: BTreeMap<&(String, String), usize> = BTreeMap::new();
    for item in items {
        *cells.entry(item).or_default() += 1;
    }
    let n = items.len() as f64;
    let entropy = |counts: &BTreeMap<&String, usize>| -> f64 {
        counts.values().map(|&count| -(count as f64 / n) * (count as f64 / n).ln()).sum()
    };
    let mutual: f64 = cells
        .iter()
        .map(|(item, &count)| {
            let (row, col) = (rows[&item.0] as f64, cols[&item.1] as f64);
            count as f64 / n * (n * count as f64 / (row * col)).ln()
        })
        .sum();
    let log_factorial: Vec<f64> = (0..=items.len())
        .scan(0.0, |sum, at| {
            if at > 0 {
                *sum += (at as f64).ln();
            }
            Some(*sum)
        })
        .collect();
    let total = items.len();
    let mut expected = 0.0;
    for &row in rows.values() {
        for &col in cols.values() {
            for both in (row + col).saturating_sub(total).max(1)..=row.min(col) {
                let log_probability =
                    log_factorial[row] + log_factorial[col] + log_factorial[total - row] + log_factorial[total - col]
                        - log_factorial[total]
                        - log_factorial[both]
                        - log_factorial[row - both]
                        - log_factorial[col - both]
                        - log_factorial[total + both - row - col];
                expected += both as f64 / n * (n * both as f64 / (row * col) as f64).ln() * log_probability.exp();
            }
        }
    }
    (mutual - expected) / (f64::midpoint(entropy(&rows), entropy(&cols)) - expected)
}

/// Of the labels with at least four items that `counts` chooses, the share for which a cluster has Jaccard 0.5 or more,
/// with the number of these labels.
pub(crate) fn recovered(items: &[(String, String)], counts: &dyn Fn(&str) -> bool) -> (f64, usize) {
    let mut clusters: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut labels: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, (cluster, label)) in items.iter().enumerate() {
        clusters.entry(cluster).or_default().insert(at);
        labels.entry(label).or_default().insert(at);
    }
    let mut wanted: Vec<&BTreeSet<usize>> = Vec::new();
    for (label, members) in &labels {
        if members.len() >= 4 && counts(label) {
            wanted.push(members);
        }
    }
    let is_seen = |members: &BTreeSet<usize>| {
        clusters.values().any(|cluster| {
            let both = cluster.intersection(members).count();
            both * 2 >= cluster.len() + members.len() - both
        })
    };
    let n_seen = wanted.iter().filter(|members| is_seen(members)).count();
    (n_seen as f64 / wanted.len().max(1) as f64, wanted.len())
}
