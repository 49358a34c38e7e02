//! The token's real decisions in every order of events: two workers, a provider that rotates refresh tokens and still
//! takes the one before the last, a worker that dies, an answer that is lost.
//!
//! A worker stops at each reading, lease, call and write, and between any two of them the other worker, the provider
//! and the clock may do all that they can. In every state that can be reached
//! - the connection is not lost: no worker comes to think that a person must connect again;
//! - no two refreshes are under way whose leases both still run;
//! - a good token can still be had.
//!
//! Taken for granted: the table compares version, owner, lease and pause in the write itself, as the store asks it to.
//! A worker may outlast its lease, and a request whose caller is gone may reach the provider whenever it likes. Both
//! workers see a token either as good or as ended; the minutes while it is replaced are in the table of decisions.

use super::decision::{Asked, Meaning, Next, Past, Standing, meaning, renewed};
use domain::Moment;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::time::Duration;
use store::credential::OAuthCredential;
use workday::oauth::{TokenAnswer, TokenError};

/// Refresh tokens in the order of their issue; worlds that differ only in the numbers are one.
type Token = u8;
/// A token that is issued just now.
const NEW: Token = 99;
/// Seconds from the model's clock, which always stands at zero; what is past is zero.
type Offset = i64;
const LEASE: Offset = store::credential::REFRESH_LEASE.as_secs().cast_signed();

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tokens {
    current: Token,
    previous: Option<Token>,
}

/// The credential's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Stored {
    version: u8,
    tokens: Tokens,
    good: bool,
    owner: Option<usize>,
    lease: Offset,
    pause: Offset,
    refresh_started: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Answer {
    Issued(Token),
    InvalidGrant,
    Lost,
}

/// What a worker does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Doing {
    Idle,
    Leasing(Stored),
    Asking(Stored, Asked),
    Answered(Stored, Asked, Answer),
    Storing(u8, Tokens),
    Releasing(u8, Offset),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    stored: Stored,
    provider: Tokens,
    workers: [Doing; 2],
    /// Until when each worker's own lease runs.
    leases: [Offset; 2],
    /// Requests without a caller.
    strays: [Option<Token>; 2],
    crashes: u8,
    lost_answers: u8,
    /// How often the access token still ends.
    ends: u8,
}

struct Model {
    /// The provider takes the token before the last rotation, too.
    grace: bool,
}

fn used(seen: &Stored, asked: Asked) -> Token {
    match asked {
        Asked::Current | Asked::CurrentAgain => seen.tokens.current,
        Asked::Previous => seen.tokens.previous.unwrap(),
    }
}

fn oauth(tokens: Tokens) -> OAuthCredential {
    OAuthCredential {
        client_id: String::new(),
        client_secret: "".into(),
        client_in_body: false,
        refresh_token: tokens.current.to_string().into(),
        previous_refresh_token: tokens.previous.map(|token| token.to_string().into()),
        access_token: None,
        access_expires_at: Moment(0),
        access_obtained_at: Moment(0),
    }
}

impl Model {
    fn start() -> World {
        let tokens = Tokens {
            current: 0,
            previous: None,
        };
        World {
            stored: Stored {
                version: 1,
                tokens,
                good: false,
                owner: None,
                lease: 0,
                pause: 0,
                refresh_started: false,
            },
            provider: tokens,
            workers: [Doing::Idle; 2],
            leases: [0; 2],
            strays: [None; 2],
            crashes: 1,
            lost_answers: 1,
            ends: 2,
        }
    }

    fn following(&self, world: &World) -> Result<Vec<World>, &'static str> {
        let mut next = Vec::new();
        for worker in 0..2 {
            self.work(world, worker, &mut next)?;
            if world.crashes > 0 && world.workers[worker] != Doing::Idle {
                let mut crashed = world.doing(worker, Doing::Idle);
                crashed.crashes -= 1;
                if let Doing::Asking(seen, asked) = world.workers[worker] {
                    crashed.stray(used(&seen, asked));
                }
                next.push(crashed);
            }
        }
        for slot in 0..world.strays.len() {
            if let Some(token) = world.strays[slot] {
                let mut landed = world.clone();
                landed.strays[slot] = None;
                self.ask(&mut landed.provider, token);
                next.push(landed);
            }
        }
        if world.stored.good && world.ends > 0 {
            let mut ended = world.clone();
            ended.stored.good = false;
            ended.ends -= 1;
            next.push(ended);
        }
        next.extend(world.time_passes());
        next.iter_mut().for_each(World::renumber);
        Ok(next)
    }

    fn ask(&self, provider: &mut Tokens, token: Token) -> Answer {
        if token == provider.current {
            provider.previous = self.grace.then_some(token);
        } else if provider.previous != Some(token) {
            return Answer::InvalidGrant;
        }
        provider.current = NEW;
        Answer::Issued(NEW)
    }

    fn work(&self, world: &World, worker: usize, next: &mut Vec<World>) -> Result<(), &'static str> {
        match world.workers[worker] {
            Doing::Idle => next.extend(read(world).map(|doing| world.doing(worker, doing))),
            Doing::Leasing(seen) => next.push(lease(world, worker, seen)?),
            Doing::Asking(seen, asked) => {
                let mut answered = world.clone();
                let answer = self.ask(&mut answered.provider, used(&seen, asked));
                if world.lost_answers > 0 {
                    let lost = Doing::Answered(seen, asked, Answer::Lost);
                    let mut after = answered.doing(worker, lost);
                    let mut before = world.doing(worker, lost);
                    after.lost_answers -= 1;
                    before.lost_answers -= 1;
                    before.stray(used(&seen, asked));
                    next.extend([after, before]);
                }
                next.push(answered.doing(worker, Doing::Answered(seen, asked, answer)));
            }
            Doing::Answered(seen, asked, answer) => next.push(world.doing(worker, learn(world, seen, asked, answer)?)),
            Doing::Storing(version, tokens) => {
                let mut stored = world.doing(worker, Doing::Idle);
                if world.holds(worker, version) {
                    stored.stored = Stored {
                        version: version + 1,
                        tokens,
                        good: true,
                        owner: None,
                        lease: 0,
                        pause: 0,
                        refresh_started: false,
                    };
                }
                next.push(stored);
            }
            Doing::Releasing(version, pause) => {
                let mut released = world.doing(worker, Doing::Idle);
                if world.holds(worker, version) {
                    released.stored = Stored {
                        owner: None,
                        lease: 0,
                        pause,
                        refresh_started: false,
                        ..world.stored
                    };
                }
                next.push(released);
            }
        }
        Ok(())
    }
}

fn at(offset: Offset) -> Moment {
    Moment(1_000_000_000 + offset * 1000)
}

/// A worker in need of a token reads; one that has to wait reads again whenever it likes.
fn read(world: &World) -> Option<Doing> {
    let standing = Standing {
        token: world.stored.good.then_some(at(3600)),
        margin: Duration::from_mins(2),
        lease: Some(at(world.stored.lease)),
        pause: Some(at(world.stored.pause)),
    };
    (standing.next(at(0), false) == Next::Lease).then_some(Doing::Leasing(world.stored))
}

fn lease(world: &World, worker: usize, seen: Stored) -> Result<World, &'static str> {
    let mut next = world.doing(worker, Doing::Idle);
    let stored = &mut next.stored;
    if stored.version != seen.version || stored.lease > 0 || stored.pause > 0 {
        return Ok(next);
    }
    *stored = Stored {
        owner: Some(worker),
        lease: LEASE,
        refresh_started: true,
        ..*stored
    };
    next.workers[worker] = Doing::Asking(seen, Asked::Current);
    next.leases[worker] = LEASE;
    let other = 1 - worker;
    if world.leases[other] > 0 && matches!(world.workers[other], Doing::Asking(..)) {
        return Err("two refreshes are under way whose leases both run");
    }
    Ok(next)
}

/// What the worker makes of an answer, having read again what is stored.
fn learn(world: &World, seen: Stored, asked: Asked, answer: Answer) -> Result<Doing, &'static str> {
    let came = match answer {
        Answer::Issued(token) => Ok(TokenAnswer {
            client_in_body: false,
            access_token: "".into(),
            expires_in: Duration::from_hours(1),
            refresh_token: Some(token.to_string().into()),
        }),
        Answer::InvalidGrant => Err(TokenError::InvalidGrant),
        Answer::Lost => Err(TokenError::Transient { retry_after: None }),
    };
    let past = Past {
        replaced: world.stored.version != seen.version,
        refresh_broke_off: seen.refresh_started,
        has_previous: seen.tokens.previous.is_some(),
    };
    match meaning(asked, came, past) {
        Meaning::Keep(answer) => {
            let kept = renewed(&oauth(seen.tokens), &used(&seen, asked).to_string().into(), answer, at(0));
            let number = |token: &secrecy::SecretString| token.expose_secret().parse().unwrap();
            let tokens = Tokens {
                current: number(&kept.refresh_token),
                previous: kept.previous_refresh_token.as_ref().map(number),
            };
            Ok(Doing::Storing(seen.version, tokens))
        }
        Meaning::Ask(other) => Ok(Doing::Asking(seen, other)),
        Meaning::Theirs => Ok(Doing::Idle),
        // What ends the connection is compared with the version that was refused.
        Meaning::Refused if past.replaced => Ok(Doing::Idle),
        Meaning::Refused | Meaning::Suspect(_) => Err("the connection is lost"),
        Meaning::CoolDown(pause) => Ok(Doing::Releasing(seen.version, i64::try_from(pause.as_secs()).unwrap())),
    }
}

impl World {
    fn doing(&self, worker: usize, doing: Doing) -> Self {
        let mut next = self.clone();
        next.workers[worker] = doing;
        if doing == Doing::Idle {
            next.leases[worker] = 0;
        }
        next
    }

    fn holds(&self, worker: usize, version: u8) -> bool {
        self.stored.version == version && self.stored.owner == Some(worker)
    }

    fn stray(&mut self, token: Token) {
        *self.strays.iter_mut().find(|stray| stray.is_none()).unwrap() = Some(token);
    }

    /// The clock moves to the next end of a lease or pause.
    fn time_passes(&self) -> Option<Self> {
        let ends = [self.stored.lease, self.stored.pause, self.leases[0], self.leases[1]];
        let passed = ends.into_iter().filter(|end| *end > 0).min()?;
        let mut next = self.clone();
        let [first, second] = &mut next.leases;
        for end in [&mut next.stored.lease, &mut next.stored.pause, first, second] {
            *end = (*end - passed).max(0);
        }
        Some(next)
    }

    /// Numbers the refresh tokens in the order in which they stand here.
    fn renumber(&mut self) {
        let mut places = vec![&mut self.provider.current];
        places.extend(&mut self.provider.previous);
        places.push(&mut self.stored.tokens.current);
        places.extend(&mut self.stored.tokens.previous);
        for doing in &mut self.workers {
            match doing {
                Doing::Idle | Doing::Releasing(..) => {}
                Doing::Leasing(Stored { tokens, .. }) | Doing::Asking(Stored { tokens, .. }, _) | Doing::Storing(_, tokens) => {
                    places.push(&mut tokens.current);
                    places.extend(&mut tokens.previous);
                }
                Doing::Answered(Stored { tokens, .. }, _, answer) => {
                    places.push(&mut tokens.current);
                    places.extend(&mut tokens.previous);
                    if let Answer::Issued(token) = answer {
                        places.push(token);
                    }
                }
            }
        }
        places.extend(self.strays.iter_mut().flatten());
        let mut known: Vec<Token> = Vec::new();
        for token in places {
            let number = known.iter().position(|seen| seen == token).unwrap_or_else(|| {
                known.push(*token);
                known.len() - 1
            });
            *token = Token::try_from(number).unwrap();
        }
    }
}

/// How many worlds can be reached, and how many of them cannot come to a good token any more.
fn explore(model: &Model) -> Result<(usize, usize), &'static str> {
    let mut known: HashMap<World, usize> = HashMap::new();
    let mut from: Vec<Vec<usize>> = Vec::new();
    let mut good = Vec::new();
    let mut open = vec![(None, Model::start())];
    while let Some((before, world)) = open.pop() {
        if let Some(index) = known.get(&world) {
            from[*index].extend(before);
            continue;
        }
        let index = from.len();
        let following = model.following(&world)?;
        open.extend(following.into_iter().map(|next| (Some(index), next)));
        from.push(before.into_iter().collect());
        good.extend(world.stored.good.then_some(index));
        known.insert(world, index);
    }
    let mut comes_to_good = vec![false; from.len()];
    while let Some(index) = good.pop() {
        if !std::mem::replace(&mut comes_to_good[index], true) {
            good.extend(&from[index]);
        }
    }
    Ok((from.len(), comes_to_good.iter().filter(|comes| !**comes).count()))
}

#[test]
fn with_a_grace_of_one_rotation_the_connection_is_never_lost() {
    let (worlds, dead_ends) = explore(&Model { grace: true }).unwrap();
    assert!(worlds > 10_000, "{worlds}");
    assert_eq!(dead_ends, 0);
}

#[test]
fn without_a_grace_the_model_finds_how_it_is_lost() {
    assert_eq!(explore(&Model { grace: false }), Err("the connection is lost"));
}
