use super::line::{Done, Line, Site, Who};
use super::random::Random;
use super::real::RealMessages;
use super::values::fill;
use super::voices::{AUTH, DATABASE, RARE, Say, VOICES, Voice};

/// How far back the lines reach.
pub const DAYS: i64 = 30;

const MICROS_A_DAY: f64 = 86_400e6;

/// Requests that run at the same time.
const IN_FLIGHT: usize = 24;

/// Lines that a request writes.
const LINES_A_REQUEST: u32 = 5;

/// One line in so many belongs to no request.
const BACKGROUND: u64 = 12;

/// One line in so many says what is rare.
const RARELY: u64 = 10_000;

const USERS: f64 = 20_000.0;
const SHARE_WITH_TIMEOUT: f64 = 0.25;

const ROUTES: [(&str, &str); 10] = [
    ("GET", "/campaigns/{id}"),
    ("GET", "/campaigns"),
    ("POST", "/campaigns"),
    ("GET", "/reports/{id}/rows"),
    ("POST", "/audiences/{id}/members"),
    ("GET", "/organizations/{id}"),
    ("PUT", "/settings"),
    ("GET", "/insights"),
    ("POST", "/exports"),
    ("DELETE", "/creatives/{id}"),
];

/// A request that is running.
#[derive(Clone, Debug)]
struct Request {
    who: Who,
    written: u32,
}

/// What the service does, line after line, without an end.
pub struct Story {
    random: Random,
    real: Option<RealMessages>,
    requests: Vec<Request>,
    /// Microseconds since the Unix epoch.
    now: f64,
    /// Microseconds between two lines, on average.
    step: f64,
    seq: u64,
    weights: u64,
}

/// The beginning of a log that ends shortly before `end`, in microseconds since the Unix epoch.
#[must_use]
pub fn start_before(end: i64) -> i64 {
    // Half a day is left, since the last line's time is only known when all are written.
    let day = 86_400_000_000;
    end - DAYS * day - day / 2
}

impl Story {
    /// A story that begins at `start` (microseconds since the Unix epoch) and takes about `lines` lines to tell.
    pub fn new(seed: u64, start: i64, lines: u64, real: Option<RealMessages>) -> Story {
        let mut random = Random::new(seed);
        let requests: Vec<Request> =
            (0..IN_FLIGHT).map(|_| Request::new(&mut random, start)).collect();
        Story {
            random,
            real,
            requests,
            now: start as f64,
            step: DAYS as f64 * MICROS_A_DAY / lines.max(1) as f64,
            seq: 0,
            weights: VOICES.iter().map(|voice| voice.weight).sum(),
        }
    }

    /// Writes the next line into `line`.
    pub fn tell(&mut self, line: &mut Line) {
        self.seq += 1;
        self.now += self.step * self.random.pause() / busyness(self.now);
        line.seq = self.seq;
        #[expect(clippy::cast_possible_truncation, reason = "a time of this century")]
        let micros = self.now as i64;
        line.micros = micros;
        if self.random.below(RARELY) == 0 {
            return self.say(line, &VOICES[DATABASE], &RARE, None);
        }
        if self.random.below(BACKGROUND) == 0 {
            let voice = self.background();
            let say = self.pick(voice);
            return self.say(line, voice, say, None);
        }
        let at = usize::try_from(self.random.below(IN_FLIGHT as u64)).unwrap_or(0);
        let request = &mut self.requests[at];
        request.written += 1;
        let who = request.who.clone();
        let voice = match request.written {
            1 => &VOICES[AUTH],
            LINES_A_REQUEST => {
                self.requests[at] = Request::new(&mut self.random, micros);
                return self.answer(line, &who);
            }
            _ => self.any_voice(),
        };
        let say = self.pick(voice);
        self.say(line, voice, say, Some(&who));
    }

    fn any_voice(&mut self) -> &'static Voice {
        let mut left = self.random.below(self.weights);
        for voice in &VOICES {
            match left.checked_sub(voice.weight) {
                Some(rest) => left = rest,
                None => return voice,
            }
        }
        &VOICES[0]
    }

    fn background(&mut self) -> &'static Voice {
        loop {
            let voice = self.random.one_of(&VOICES);
            if voice.background {
                return voice;
            }
        }
    }

    fn say(&mut self, line: &mut Line, voice: &'static Voice, say: &Say, who: Option<&Who>) {
        line.level = say.level;
        line.message.clear();
        match &self.real {
            Some(real) => line.message.push_str(self.random.one_of::<String>(&real.all)),
            None => fill(say.text, &mut self.random, &mut line.message),
        }
        let failed = matches!(say.level, "ERROR" | "CRITICAL");
        let done = (failed || self.random.happens(voice.timed)).then(|| Done {
            operation: self.random.one_of::<&str>(voice.operations),
            outcome: if failed { "error" } else { "success" },
            duration_ms: thousandths(self.random.log_normal(voice.median_ms, 0.9)),
        });
        let error = if failed { self.error(voice, &line.message) } else { String::new() };
        let number = voice.says.iter().position(|other| std::ptr::eq(other, say)).unwrap_or(0);
        let site = Site { module: voice.module, target: voice.target, line: 31 + 17 * number };
        line.begin(site, who, done.as_ref(), &error);
        // Where something is wrong, more is said.
        let is_odd = failed || say.level == "WARNING";
        let fields = if is_odd { voice.fields } else { &voice.fields[..1] };
        line.end(fields, "", &mut self.random);
    }

    fn pick(&mut self, voice: &'static Voice) -> &'static Say {
        let all: u64 = voice.says.iter().map(|say| say.weight).sum();
        let mut left = self.random.below(all);
        for say in voice.says {
            match left.checked_sub(say.weight) {
                Some(rest) => left = rest,
                None => return say,
            }
        }
        &voice.says[0]
    }

    fn error(&mut self, voice: &Voice, message: &str) -> String {
        let mut cause = String::new();
        if message.contains("timeout") || self.random.happens(SHARE_WITH_TIMEOUT) {
            fill("no answer from %h within %s ms", &mut self.random, &mut cause);
        } else {
            fill("connection %x closed by %h", &mut self.random, &mut cause);
        }
        let (kind, what) = (voice.error, voice.operations[0]);
        format!("{{\"type\":\"{kind}\",\"message\":\"{what} gave up\",\"chain\":[\"{cause}\"]}}")
    }

    /// The one line of a request that ended.
    fn answer(&mut self, line: &mut Line, who: &Who) {
        let (method, route) = *self.random.one_of(&ROUTES);
        let (level, status, outcome) = match self.random.below(1_000) {
            0..=11 => ("ERROR", *self.random.one_of(&[500, 502, 503, 504]), "error"),
            12..=70 => {
                ("INFO", *self.random.one_of(&[400, 401, 403, 404, 409, 422, 429]), "success")
            }
            _ => ("INFO", if method == "POST" { 201 } else { 200 }, "success"),
        };
        line.level = level;
        line.message = match &self.real {
            Some(real) => self.random.one_of(&real.all).clone(),
            None => format!("{method} {route} answered with {status}"),
        };
        let duration_ms = thousandths(self.random.log_normal(38.0, 1.0));
        let done = Done { operation: "request", outcome, duration_ms };
        let site = Site { module: "api", target: "nexolog_tower::request", line: 71 };
        line.begin(site, Some(who), Some(&done), "");
        let headers_ms = thousandths(duration_ms * 0.9);
        let fields = format!(
            "\"event.name\":\"request\",\"method\":\"{method}\",\"route\":\"{route}\",\"status\":{status},\
             \"time_to_headers_ms\":{headers_ms}"
        );
        line.end(&[], &fields, &mut self.random);
    }
}

impl Request {
    fn new(random: &mut Random, micros: i64) -> Request {
        // A UUID of version 7, as `RequestLogLayer` gives: milliseconds, then chance.
        let millis = micros / 1_000;
        let (high, low) = (random.bits(), random.bits());
        let request_id = format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
            millis >> 16,
            millis & 0xffff,
            high & 0xfff,
            0x8000 | (high >> 16) & 0x3fff,
            low & 0xffff_ffff_ffff
        );
        // Few people do most: half of the requests are a quarter of the users'.
        let place = random.share();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small share"
        )]
        let user = 10_000 + (place * place * USERS) as u64;
        let who = Who { request_id, user, organization: user % 400, thread: 1 + random.below(8) };
        Request { who, written: 0 }
    }
}

/// How much more happens at this time of the day than on average.
fn busyness(micros: f64) -> f64 {
    let hour = micros.rem_euclid(MICROS_A_DAY) / MICROS_A_DAY * 24.0;
    1.0 + 0.7 * ((hour - 14.0) / 24.0 * std::f64::consts::TAU).cos()
}

fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
