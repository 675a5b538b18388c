package call

import "time"

// Event is something that happened to a call. The set is closed.
type Event interface{ eventName() string }

// The events. At is when it happened, on the server's clock.
type (
	// RecorderOpened: the recording exists on disk and takes frames (Rule T-01).
	RecorderOpened struct{ At time.Time }
	// RecorderFailed: the recording could not be opened, or can no longer be written.
	RecorderFailed struct {
		At     time.Time
		Reason string
	}
	// DialFailed: the INVITE could not be sent at all, for a reason of our own.
	DialFailed struct {
		At     time.Time
		Reason string
	}
	// Provisional: a 1xx came.
	Provisional struct {
		At   time.Time
		Code int
	}
	// MediaArrived: the first packet of the customer's side.
	MediaArrived struct{ At time.Time }
	// EarlySound: what the customer's side sends before the answer has been told
	// apart. From is when it began to sound.
	EarlySound struct {
		At, From time.Time
		Sound    Sound
	}
	// Answered: a 2xx came. AfterCancel says that our CANCEL had left before
	// (RFC 3261 13.2.2.4).
	Answered struct {
		At          time.Time
		AfterCancel bool
	}
	// Failed: the attempt has its final answer. Outcome and Reason are the
	// classifier's; OtherTrunk says whether the classifier allows another one.
	Failed struct {
		At         time.Time
		Code       int
		Phrase     string
		Cause      int
		Outcome    Outcome
		Reason     string
		OtherTrunk bool
	}
	// CustomerHungUp: BYE from the customer's side.
	CustomerHungUp struct {
		At    time.Time
		Cause int
	}
	// HangupPressed: the agent wants to end. Override is a supervisor's reason.
	HangupPressed struct {
		At         time.Time
		Override   string
		OverrideBy string
	}
	// TimerFired: a timer that an effect had started ran out.
	TimerFired struct {
		At    time.Time
		Timer Timer
	}
	// NoticeEnded: the recording notice was played to its end (Rule T-12).
	NoticeEnded struct{ At time.Time }
	// HoldPressed and ResumePressed are the agent's.
	HoldPressed   struct{ At time.Time }
	ResumePressed struct{ At time.Time }
	// PausePressed and UnpausePressed begin and end a secure pause of the
	// recording (Rule T-13).
	PausePressed struct {
		At     time.Time
		Reason PauseReason
		Note   string
	}
	UnpausePressed struct{ At time.Time }
	// Taken: an agent has accepted an inbound call.
	Taken struct{ At time.Time }
	// NobodyComes: no agent is there who could take an inbound call.
	NobodyComes struct{ At time.Time }
	// AgentLost: the agent's media is gone. AgentBack: it is there again.
	AgentLost struct{ At time.Time }
	AgentBack struct{ At time.Time }
	// MediaTimedOut: nothing was received from the customer's side for too long.
	MediaTimedOut struct{ At time.Time }
	// Stopping: the instance shuts down.
	Stopping struct{ At time.Time }
	// RecordSaved: the call-back record is final (Rule C-01).
	RecordSaved struct{ At time.Time }
)

func (RecorderOpened) eventName() string { return "recorder_opened" }
func (RecorderFailed) eventName() string { return "recorder_failed" }
func (DialFailed) eventName() string     { return "dial_failed" }
func (Provisional) eventName() string    { return "provisional" }
func (MediaArrived) eventName() string   { return "media_arrived" }
func (EarlySound) eventName() string     { return "early_sound" }
func (Answered) eventName() string       { return "answered" }
func (Failed) eventName() string         { return "failed" }
func (CustomerHungUp) eventName() string { return "customer_hung_up" }
func (HangupPressed) eventName() string  { return "hangup_pressed" }
func (TimerFired) eventName() string     { return "timer_fired" }
func (NoticeEnded) eventName() string    { return "notice_ended" }
func (HoldPressed) eventName() string    { return "hold_pressed" }
func (ResumePressed) eventName() string  { return "resume_pressed" }
func (PausePressed) eventName() string   { return "pause_pressed" }
func (UnpausePressed) eventName() string { return "unpause_pressed" }
func (Taken) eventName() string          { return "taken" }
func (NobodyComes) eventName() string    { return "nobody_comes" }
func (AgentLost) eventName() string      { return "agent_lost" }
func (AgentBack) eventName() string      { return "agent_back" }
func (MediaTimedOut) eventName() string  { return "media_timed_out" }
func (Stopping) eventName() string       { return "stopping" }
func (RecordSaved) eventName() string    { return "record_saved" }
