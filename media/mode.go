package media

// Mode says who hears whom on a [Bridge]. The customer's side is recorded in
// every mode (Rule T-01).
type Mode uint8

// The modes.
const (
	// ModeIdle joins nobody. With the ring tone on, early media of the
	// customer's side still goes to the agent, in place of the tone.
	ModeIdle Mode = iota
	// ModeEarly lets the agent hear the customer's side, before the answer.
	ModeEarly
	// ModeAnnounce lets the agent hear the customer while a prompt is played
	// to the customer (Rule T-12); the agent is not heard.
	ModeAnnounce
	// ModeTalk joins both.
	ModeTalk
	// ModeHold gives the customer the hold tone and the agent nothing.
	ModeHold
	// ModeWait is ModeHold for an agent who is lost.
	ModeWait
)

func (m Mode) String() string {
	names := [...]string{"idle", "early", "announce", "talk", "hold", "wait"}
	if int(m) < len(names) {
		return names[m]
	}
	return "unknown"
}

// agentHears says that the customer's sound goes to the agent.
func (m Mode) agentHears() bool { return m == ModeEarly || m == ModeAnnounce || m == ModeTalk }

// holdTone says that the customer hears the hold tone.
func (m Mode) holdTone() bool { return m == ModeHold || m == ModeWait }
