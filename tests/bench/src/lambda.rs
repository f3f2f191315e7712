//! A stub of the Lambda Runtime API: it starts a program as Lambda would, waits until it asks for an invocation, hands one
//! out and takes the response. It listens on the loopback address only.

use std::convert::Infallible;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::process::Usage;

/// The longest that a program may take to start or to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a program does after its last request, until it waits for the answer, still belongs to it.
const SETTLING: Duration = Duration::from_millis(5);

/// Something that can be run as a function.
#[derive(Clone)]
pub struct Program {
    /// What tables call it.
    pub name: &'static str,
    /// What is run.
    pub path: PathBuf,
    /// With which arguments.
    pub arguments: Vec<String>,
    /// What it is given beside what Lambda gives to all.
    pub variables: Vec<(String, String)>,
}

/// A running program that waits for an invocation.
pub struct Function {
    child: Child,
    requests: mpsc::UnboundedReceiver<Asked>,
    waiting: oneshot::Sender<Response<Full<Bytes>>>,
    /// What its start took.
    pub start: Start,
}

/// What it took from the spawn to the first request for an invocation.
#[derive(Clone, Copy)]
pub struct Start {
    /// On the clock.
    pub elapsed: Duration,
    /// Of the processor and of memory.
    pub usage: Usage,
}

/// What an invocation answered.
pub struct Answer {
    /// The body of the response.
    pub body: String,
    /// From the hand-over of the event to the response.
    pub elapsed: Duration,
}

/// A request of the program.
struct Asked {
    path: String,
    body: Bytes,
    arrived: Instant,
    reply: oneshot::Sender<Response<Full<Bytes>>>,
}

impl Program {
    /// Starts it and waits until it asks for its first invocation. What it prints goes into the file `log`.
    pub async fn start(&self, log: &PathBuf) -> Result<Function> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?.to_string();
        let (sender, mut requests) = mpsc::unbounded_channel();
        tokio::spawn(listen(listener, sender));
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder)?;
        }
        let output =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", self.name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let before = Instant::now();
        let mut child = command.spawn().with_context(|| {
            format!(
                "cannot run {}\n\n  What to do: run `cargo local bench`, which builds it",
                self.path.display()
            )
        })?;
        let asked = tokio::select! {
            asked = next(&mut requests, "invocation/next") => asked,
            ended = ended(&mut child) => Err(ended),
        };
        let asked = match asked {
            Ok(asked) => asked,
            Err(error) => {
                end(&mut child);
                let advice = format!("{} did not start; read {}", self.name, log.display());
                return Err(error.context(advice));
            }
        };
        let elapsed = asked.arrived - before;
        tokio::time::sleep(SETTLING).await;
        let usage = Usage::of(child.id())?;
        Ok(Function {
            child,
            requests,
            waiting: asked.reply,
            start: Start { elapsed, usage },
        })
    }
}

impl Function {
    /// Hands out one invocation, takes its response, and waits until the program asks for the next.
    pub async fn invoke(&mut self, event: String) -> Result<Answer> {
        let (unused, _) = oneshot::channel();
        let waiting = std::mem::replace(&mut self.waiting, unused);
        let before = Instant::now();
        if waiting.send(invocation(event)?).is_err() {
            bail!("the function no longer waits for its invocation");
        }
        let asked = next(&mut self.requests, "/response").await?;
        let accepted = Response::builder().status(202).body(Full::default())?;
        // The program may already have gone away; then the next request says so.
        let _ = asked.reply.send(accepted);
        self.waiting = next(&mut self.requests, "invocation/next").await?.reply;
        Ok(Answer {
            body: String::from_utf8_lossy(&asked.body).into_owned(),
            elapsed: asked.arrived - before,
        })
    }

    /// Asks the program to end, and waits until it has.
    pub fn end_gently(mut self) -> Result<()> {
        let process = self.child.id().to_string();
        Command::new("kill").arg(process).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// What the program has used so far.
    pub fn usage(&self) -> Result<Usage> {
        std::thread::sleep(SETTLING);
        Usage::of(self.child.id())
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a program at once, as Lambda does. One that has ended by itself needs no ending.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until a program has ended, which it should not.
async fn ended(child: &mut Child) -> anyhow::Error {
    loop {
        tokio::time::sleep(SETTLING).await;
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) => return anyhow::anyhow!("it ended with {status}"),
            Err(error) => return error.into(),
        }
    }
}

/// The event as the Runtime API hands it out.
fn invocation(event: String) -> Result<Response<Full<Bytes>>> {
    let deadline = chrono::Utc::now() + PATIENCE;
    Ok(Response::builder()
        .header("content-type", "application/json")
        .header(
            "lambda-runtime-aws-request-id",
            uuid::Uuid::now_v7().to_string(),
        )
        .header("lambda-runtime-deadline-ms", deadline.timestamp_millis())
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local",
        )
        .body(Full::from(event))?)
}

/// The program's next request, which must be this one.
async fn next(requests: &mut mpsc::UnboundedReceiver<Asked>, expected: &str) -> Result<Asked> {
    let received = timeout(PATIENCE, requests.recv()).await;
    let asked = received
        .ok()
        .flatten()
        .with_context(|| format!("no request for {expected} came in {PATIENCE:?}"))?;
    if !asked.path.ends_with(expected) {
        let body = String::from_utf8_lossy(&asked.body);
        bail!("{} came instead of {expected}: {body}", asked.path);
    }
    Ok(asked)
}

/// Passes requests on until nobody wants them.
async fn listen(listener: TcpListener, sender: mpsc::UnboundedSender<Asked>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Without it an answer could wait for the acknowledgement of what was sent before.
        let _ = stream.set_nodelay(true);
        let sender = sender.clone();
        let serving = http1::Builder::new().serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| answer(request, sender.clone())),
        );
        // How a connection ends is of no interest: its program is ended while it waits.
        tokio::spawn(async { serving.await.ok() });
    }
}

/// Passes a request on and answers what comes back; a request that nobody wants any more is never answered.
async fn answer(
    request: Request<Incoming>,
    sender: mpsc::UnboundedSender<Asked>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let arrived = Instant::now();
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await;
    let (reply, answered) = oneshot::channel();
    let asked = Asked {
        path,
        body: body
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default(),
        arrived,
        reply,
    };
    if sender.send(asked).is_err() {
        return std::future::pending().await;
    }
    match answered.await {
        Ok(response) => Ok(response),
        Err(_) => std::future::pending().await,
    }
}
