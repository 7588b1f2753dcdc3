// Asks every few seconds, longer each time, whether the server is back, and then loads the page that was wanted.

const status = document.getElementById("status");
let wait = 2;

async function ask() {
    status.textContent = "Trying again…";
    try {
        const answer = await fetch("/api/health", { cache: "no-store" });
        if (answer.ok) {
            location.reload();
            return;
        }
    } catch {
        // Still not there.
    }
    const until = Date.now() + wait * 1000;
    wait = Math.min(wait * 2, 30);
    const timer = setInterval(() => {
        const left = Math.ceil((until - Date.now()) / 1000);
        if (left > 0) {
            status.textContent = `Next try in ${left} s`;
        } else {
            clearInterval(timer);
            ask();
        }
    }, 250);
}

addEventListener("online", () => location.reload());
ask();
