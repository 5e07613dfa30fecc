//! The clock (时间): the only place that asks what day it is.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::Date;

/// Beijing time is eight hours ahead of UTC all year.
const BEIJING: u64 = 8 * 3600;

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()) + BEIJING
}

/// Today in Beijing.
pub(crate) fn today() -> Date {
    civil(seconds() / 86_400)
}

/// Now in Beijing, as ISO 8601.
pub(crate) fn now() -> String {
    let seconds = seconds();
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}+08:00", civil(seconds / 86_400))
}

/// The day that lies so many days after 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`).
fn civil(days: u64) -> Date {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    Date { year: year as u16, month: month as u8, day: day as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        assert_eq!(civil(0).to_string(), "1970-01-01");
        assert_eq!(civil(19_782).to_string(), "2024-02-29");
        assert_eq!(civil(20_818).to_string(), "2026-12-31");
    }
}
