package carriersim

import (
	"fmt"
	"strings"
	"time"
)

// A Behaviour is what the called party does. It is chosen by the last four
// digits of the called number, see [Choose].
type Behaviour struct {
	// Code is the pair of digits xx of a number that ends in 00xx.
	Code string
	// Name is the stable short name, used in logs, metrics and snapshots.
	Name string
	// Does says what the caller meets, for the table in the docs.
	Does string
	// Seconds says what the digits nn of a number ending in nn00xx set; empty
	// when the behaviour has nothing to set.
	Seconds string
	// Default is the value of Seconds when nn is 00.
	Default int

	run script
}

// A script is the life of one call, run on the call's goroutine. It returns
// when the call is over, with the reason.
type script func(c *call, seconds time.Duration) error

// Behaviours is the table of all behaviours, in the order of their codes. The
// first is also that of every number whose last four digits are not in it.
func Behaviours() []Behaviour {
	return []Behaviour{
		{"00", "talk", "rings (180), answers, talks in a loop", "ring time", 3, talk(plain)},
		{"01", "answer_at_once", "answers at once, without 180, and talks", "", 0, answerAtOnce},
		{"02", "echo", "rings, answers, sends back what it hears", "ring time", 2, talk(echoed)},
		{"03", "never_answers", "rings for ever, with a fresh 180 every minute", "", 0, neverAnswers},
		{"04", "busy", "486 Busy Here, Reason Q.850 cause 17", "", 0, refuse(486, 17)},
		{"05", "declines", "rings, then 603 Decline, Reason Q.850 cause 21", "ring time", 2, ringThen(603, 21)},
		{"06", "powered_off", "183 with the announcement that the telephone is off, then 480, Reason Q.850 cause 20", "", 0, poweredOff},
		{"07", "unallocated", "404 Not Found, Reason Q.850 cause 1", "", 0, refuse(404, 1)},
		{"08", "answers_cancel", "rings; on CANCEL answers with 200, which crosses it, and talks", "", 0, answersCancel},
		{"09", "hangs_up", "rings 1 s, answers, talks, hangs up", "talk time", 5, hangsUp},
		{"10", "no_rtp", "rings, answers, sends no RTP", "ring time", 2, talk(mute)},
		{"11", "jitter", "rings, answers, talks; each packet late by 0 to 60 ms, so that packets overtake each other", "ring time", 2, talk(jittered)},
		{"12", "loss", "rings, answers, talks; 5 % of the packets are lost", "ring time", 2, talk(lossy)},
		{"13", "many_180", "sends 180 twelve times, then answers and talks", "ring time in all", 3, manyRinging},
		{"14", "challenge_407", "407 with an MD5 digest challenge; with right credentials rings, answers, talks; else 403", "ring time", 2, challenged(407, "MD5")},
		{"15", "unavailable", "503 Service Unavailable", "", 0, refuse(503, 0)},
		{"16", "silence", "no response to anything", "", 0, silence},
		{"17", "rings_then_480", "rings, then 480 Temporarily Unavailable without a Reason", "ring time", 5, ringThen(480, 0)},
		{"18", "early_ringback", "183 with a ring tone in early media, no 180; answers and talks", "ring time", 3, earlyRingback},
		{"19", "holds", "rings 1 s, answers, talks, holds by re-INVITE (sendonly, music) for 3 s, resumes and talks on", "talk time before the hold", 3, holds},
		{"20", "challenge_401", "as 14, with 401 and SHA-256", "ring time", 2, challenged(401, "SHA-256")},
		{"21", "duplicate_200", "rings, answers; sends the 200 three times, whatever is acknowledged", "ring time", 1, duplicate200},
		{"22", "forked_200", "rings, answers; a second 200 comes from another branch (other To tag)", "ring time", 1, forked200},
		{"23", "bye_481", "rings, answers, talks; answers BYE with 481", "ring time", 1, bye481},
		{"24", "pcmu", "rings, answers with PCMU if that is on offer, talks", "ring time", 1, answersPCMU},
		{"25", "moves", "rings 1 s, answers with PCMA, talks; by re-INVITE moves to another port and to PCMU, and talks on", "talk time before the move", 3, moves},
		{"26", "forked_early", "two branches: 183 with an announcement from the first, 2 s later 183 with a ring tone from the second, which answers and talks; the first never stops", "ring time of the second", 2, forkedEarly},
		{"27", "keys", "answers at once, talks; presses 4 2 # as telephone events, 7 by INFO, and talks on", "talk time before the keys", 2, pressesKeys},
		{"28", "clear_answer", "rings, answers without encryption, whatever is offered, and talks", "ring time", 1, clearAnswer},
		{"29", "new_keys", "rings 1 s, answers, talks; by re-INVITE changes its SRTP key, and talks on", "talk time before the change", 3, newKeys},
		{"30", "early_busy", "183 with a busy tone in early media, then 480 without a Reason", "busy time", 5, earlyBusy},
		{"31", "early_information", "183 with the special information tone and the announcement of 06, then 404 without a Reason", "", 0, earlyInformation},
		{"32", "early_music", "183 with music in early media, no 180; answers and talks", "music time", 5, earlyMusic},
		{"50", "dead_microphone", "rings, answers, sends packets of digital silence", "ring time", 1, talk(silent)},
		{"51", "holds_inactive", "rings 1 s, answers, talks 2 s, holds by re-INVITE (inactive) and sends nothing, resumes and talks on", "time of the hold", 5, holdsInactive},
	}
}

// Choose finds the behaviour for a called number in any form (+86..., 0086...,
// with blanks or dashes, with parameters behind a semicolon): only its digits
// count, and of these the last six, read as nn00xx. The duration is nn seconds, or the behaviour's default when
// nn is 00, missing, or of no meaning to the behaviour.
func Choose(number string) (Behaviour, time.Duration) {
	number, _, _ = strings.Cut(number, ";")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	table := Behaviours()
	chosen, seconds := table[0], 0
	if n := len(digits); n >= 4 && digits[n-4:n-2] == "00" {
		for _, b := range table {
			if b.Code == digits[n-2:] {
				chosen = b
				if n >= 6 {
					seconds = int(digits[n-6]-'0')*10 + int(digits[n-5]-'0')
				}
				break
			}
		}
	}
	if seconds == 0 || chosen.Seconds == "" {
		seconds = chosen.Default
	}
	return chosen, time.Duration(seconds) * time.Second
}

// MarkdownTable is the table of behaviours as it stands in docs/carrier-sim.md.
func MarkdownTable() string {
	var b strings.Builder
	b.WriteString("| number ends in | name | what the caller meets | nn sets (seconds) | 00 means |\n|---|---|---|---|---|\n")
	for _, h := range Behaviours() {
		ends, sets, def := "`00"+h.Code+"`", "-", "-"
		if h.Seconds != "" {
			ends, sets, def = "`nn00"+h.Code+"`", h.Seconds, fmt.Sprint(h.Default)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", ends, h.Name, h.Does, sets, def)
	}
	return b.String()
}
