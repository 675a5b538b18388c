package carriersim

import (
	"bytes"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"huifang/media/codec"
	"huifang/media/tone"
)

// The scripts of the behaviours: each reads from top to bottom what the called
// party does. Waiting is serving: CANCEL, BYE and the rest end the wait with an
// error, which the script passes on.

// A voice sets what an answered call plays.
type voice func(c *call)

func plain(c *call) { c.media.play(&loop{samples: c.sim.voices.customer}) }

func echoed(c *call) { c.media.setEcho(true) }

func mute(*call) {}

// silent is a microphone that is switched off: packets with nothing in them.
func silent(c *call) {
	c.media.play(&loop{samples: bytes.Repeat([]byte{codec.ALawSilence}, frameSamples)})
}

func jittered(c *call) {
	c.media.impair(impairment{jitter: 60 * time.Millisecond})
	plain(c)
}

func lossy(c *call) {
	c.media.impair(impairment{loss: 0.05})
	plain(c)
}

// ring sends 180 and lets it ring for d, or until the call was answered. The 180
// is repeated every minute, lest proxies give up (RFC 3261 13.3.1.1).
func (c *call) ring(d time.Duration) error {
	for {
		c.respond(180)
		step := min(d, time.Minute)
		if err := c.serve(step, c.finalSent); err != nil {
			return err
		}
		if d -= step; d <= 0 || c.finalSent() {
			return nil
		}
	}
}

// answer sends 200 to the INVITE; it is sent again until its ACK.
func (c *call) answer() error {
	if err := c.openMedia(); err != nil {
		return err
	}
	res := c.newOK(c.tag)
	c.inviteTx.respond(res)
	c.final = newResend([]byte(res.String()), c.way, true)
	c.quietSince = time.Now()
	c.noteResponse(200)
	return nil
}

func (c *call) newOK(tag string) *sip.Response {
	res := newResponse(c.invite, 200, tag, "Contact", c.contact(), "Allow", allow)
	c.attachSDP(res)
	return res
}

// answerAs answers and plays a voice.
func (c *call) answerAs(v voice) error {
	if err := c.answer(); err != nil {
		return err
	}
	v(c)
	return nil
}

func talk(v voice) script {
	return func(c *call, ring time.Duration) error {
		if err := c.ring(ring); err != nil {
			return err
		}
		if err := c.answerAs(v); err != nil {
			return err
		}
		return c.wait(forever)
	}
}

func answerAtOnce(c *call, _ time.Duration) error {
	if err := c.answerAs(plain); err != nil {
		return err
	}
	return c.wait(forever)
}

func neverAnswers(c *call, _ time.Duration) error { return c.ring(forever) }

func refuse(code, cause int) script {
	return func(c *call, _ time.Duration) error {
		c.reject(code, q850(cause)...)
		return nil
	}
}

func ringThen(code, cause int) script {
	return func(c *call, ring time.Duration) error {
		if err := c.ring(ring); err != nil {
			return err
		}
		c.reject(code, q850(cause)...)
		return nil
	}
}

// early opens early media with a sound and lets it play for d.
func (c *call) early(sound source, d time.Duration) error {
	if err := c.openMedia(); err != nil {
		return err
	}
	c.respond(183)
	c.media.play(sound)
	return c.wait(d)
}

func poweredOff(c *call, _ time.Duration) error {
	announcement := c.sim.voices.poweredOff
	length := time.Duration(len(announcement)) * time.Second / 8000
	if err := c.early(&once{samples: announcement}, length); err != nil {
		return err
	}
	c.reject(480, q850(20)...)
	return nil
}

func earlyRingback(c *call, ring time.Duration) error { return c.earlyThenTalk(c.sim.ringback, ring) }

// earlyMusic is a ring tone that the subscriber has chosen.
func earlyMusic(c *call, d time.Duration) error { return c.earlyThenTalk(c.sim.hold, d) }

func (c *call) earlyThenTalk(sound []byte, d time.Duration) error {
	if err := c.early(&loop{samples: sound}, d); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	return c.wait(forever)
}

func earlyBusy(c *call, d time.Duration) error {
	if err := c.early(&loop{samples: tone.Busy()}, d); err != nil {
		return err
	}
	c.reject(480)
	return nil
}

func earlyInformation(c *call, _ time.Duration) error {
	sound := slices.Concat(tone.Information(), c.sim.voices.poweredOff)
	if err := c.early(&once{samples: sound}, time.Duration(len(sound))*time.Second/8000); err != nil {
		return err
	}
	c.reject(404)
	return nil
}

func answersCancel(c *call, _ time.Duration) error {
	c.onCancel = func(cancel *serverTx) error {
		if err := c.answerAs(plain); err != nil {
			return err
		}
		cancel.respond(newResponse(cancel.request, 200, c.tag))
		return nil
	}
	if err := c.ring(forever); err != nil {
		return err
	}
	return c.wait(forever)
}

func hangsUp(c *call, talkTime time.Duration) error {
	if err := c.ring(time.Second); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(talkTime); err != nil {
		return err
	}
	return ending{EndCallee}
}

func manyRinging(c *call, ring time.Duration) error {
	const times = 12
	for range times {
		c.respond(180)
		if err := c.wait(ring / times); err != nil {
			return err
		}
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	return c.wait(forever)
}

// challenged asks for credentials, takes one more INVITE, and refuses it unless
// they are right (RFC 3261 22.2, 22.3).
func challenged(code int, algorithm string) script {
	asks, answers := "Proxy-Authenticate", "Proxy-Authorization"
	if code == 401 {
		asks, answers = "WWW-Authenticate", "Authorization"
	}
	return func(c *call, ring time.Duration) error {
		proven := func() bool {
			h := c.invite.GetHeader(answers)
			return h != nil && c.sim.guard.check(h.Value(), algorithm, string(sip.INVITE), time.Now())
		}
		if !proven() {
			c.challenged = true
			c.reject(code, asks, c.sim.guard.challenge(algorithm, time.Now()))
			if err := c.serve(giveUpAfter, func() bool { return !c.challenged }); err != nil {
				return err
			}
			if c.challenged { // nobody tried again
				return nil
			}
			if !proven() {
				c.reject(403)
				return nil
			}
			c.respond(100)
		}
		return talk(plain)(c, ring)
	}
}

func silence(c *call, _ time.Duration) error {
	c.deaf = true
	if err := c.wait(2 * giveUpAfter); err != nil {
		return err
	}
	return ending{EndIgnored}
}

func duplicate200(c *call, ring time.Duration) error {
	if err := c.ring(ring); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	for range 2 {
		if err := c.wait(100 * time.Millisecond); err != nil {
			return err
		}
		c.inviteTx.repeat()
	}
	return c.wait(forever)
}

func forked200(c *call, ring time.Duration) error {
	if err := c.ring(ring); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(100 * time.Millisecond); err != nil {
		return err
	}
	c.forkTag = newTag()
	message := []byte(c.newOK(c.forkTag).String())
	_ = c.way.send(message)
	c.forked = newResend(message, c.way, true)
	return c.wait(forever)
}

func bye481(c *call, ring time.Duration) error {
	c.byeCode = 481
	return talk(plain)(c, ring)
}

func answersPCMU(c *call, ring time.Duration) error {
	c.preferPCMU = true
	return talk(plain)(c, ring)
}

func holds(c *call, talkTime time.Duration) error {
	if err := c.ring(time.Second); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(talkTime); err != nil {
		return err
	}
	if err := c.reinvite(towards(sendonly)); err != nil {
		return err
	}
	c.media.play(&loop{samples: c.sim.hold})
	if err := c.wait(3 * time.Second); err != nil {
		return err
	}
	if err := c.reinvite(towards(sendrecv)); err != nil {
		return err
	}
	plain(c)
	return c.wait(forever)
}

// moves goes to another port and to the other law. The old port is sent from
// until the caller knows the new one.
func moves(c *call, talkTime time.Duration) error {
	if err := c.ring(time.Second); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(talkTime); err != nil {
		return err
	}
	to, err := c.media.bind(c.sim.cfg.media)
	if err != nil {
		return ending{EndFailed}
	}
	if err := c.reinvite(func(d *description) { d.address, d.codecs = addrOf(to), []uint8{pcmu} }); err != nil {
		return err
	}
	c.media.move(to)
	return c.wait(forever)
}

// newKeys changes our key of SRTP; without SRTP it is a re-INVITE that changes nothing.
func newKeys(c *call, talkTime time.Duration) error {
	if err := c.ring(time.Second); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(talkTime); err != nil {
		return err
	}
	if err := c.reinvite(func(d *description) {
		if len(d.crypto) == 1 {
			d.crypto = []cryptoLine{d.crypto[0].renewed()}
		}
	}); err != nil {
		return err
	}
	return c.wait(forever)
}

func clearAnswer(c *call, ring time.Duration) error {
	c.inTheClear = true
	return talk(plain)(c, ring)
}

// forkedEarly is two telephones; the first never learns that it has lost.
func forkedEarly(c *call, ring time.Duration) error {
	first, err := openStream(c.sim.cfg.media, c.session+1, false)
	if err != nil {
		return ending{EndFailed}
	}
	defer first.close()
	offer, err := parseSDP(c.invite.Body())
	if err != nil {
		c.reject(488)
		return ending{EndFailed}
	}
	c.forkTag = newTag()
	res := newResponse(c.invite, 183, c.forkTag, "Contact", c.contact(), "Content-Type", "application/sdp")
	res.SetBody(description{address: first.local(), codecs: []uint8{pcma}, event: offer.event, direction: sendrecv}.format(c.session+1, 0))
	c.inviteTx.respond(res)
	first.direct(offer.address, pcma, offer.event, true)
	first.play(&loop{samples: c.sim.voices.poweredOff})
	if err := c.wait(2 * time.Second); err != nil {
		return err
	}
	if err := c.early(&loop{samples: c.sim.ringback}, ring); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	return c.wait(forever)
}

// holdsInactive is a hold without music: nothing passes either way.
func holdsInactive(c *call, hold time.Duration) error {
	if err := c.ring(time.Second); err != nil {
		return err
	}
	if err := c.answerAs(plain); err != nil {
		return err
	}
	if err := c.wait(2 * time.Second); err != nil {
		return err
	}
	if err := c.reinvite(towards(inactive)); err != nil {
		return err
	}
	if err := c.wait(hold); err != nil {
		return err
	}
	if err := c.reinvite(towards(sendrecv)); err != nil {
		return err
	}
	return c.wait(forever)
}

func towards(d direction) func(*description) {
	return func(next *description) { next.direction = d }
}

// reinvite offers a changed session. A 491 is tried again after a while (RFC 3261
// 14.1: up to 2 s for who did not make the Call-ID); any other refusal leaves
// the session as it was.
func (c *call) reinvite(change func(*description)) error {
	before, version := c.local, c.version
	for range 3 {
		next := c.local
		change(&next)
		c.renew(next)
		c.send(sip.INVITE, c.local.format(c.session, c.version))
		sent := c.pending
		if err := c.serve(forever, func() bool { return c.pending == nil }); err != nil {
			return err
		}
		if sent.response.IsSuccess() {
			answer, err := c.read(sent.response.Body())
			if err != nil {
				return ending{EndFailed}
			}
			c.settle(answer)
			return nil
		}
		c.local, c.version = before, version
		if sent.response.StatusCode != 491 {
			return nil
		}
		if err := c.wait(700 * time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
