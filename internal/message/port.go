package message

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

// Store keeps messages, templates and refusals.
type Store interface {
	// Task gives one with customer and marks; problem not_found.
	Task(ctx context.Context, id uuid.UUID) (callback.TaskView, error)
	// AssignedTo reports whether the user has a task of the customer (Rule S-01).
	AssignedTo(ctx context.Context, customerID, userID uuid.UUID) (bool, error)
	// User gives one; problem not_found.
	User(ctx context.Context, id uuid.UUID) (access.User, error)

	// Reach gives a customer with mailboxes, in the order in which they were
	// noted, and refusals in force; problem not_found.
	Reach(ctx context.Context, customerID uuid.UUID) (Reach, error)
	// InsertEmail gives problem conflict when the customer has it already.
	InsertEmail(ctx context.Context, customerID uuid.UUID, e EmailAddress, by uuid.UUID, ev audit.Event) error
	// RefuseChannel notes the refusal for each of the customers that does not refuse
	// the channel yet, makes their queued messages opted_out, and gives how many.
	// Those that are being sent are past recall. One event for each customer.
	RefuseChannel(ctx context.Context, customers []uuid.UUID, r Refusal, ev audit.Event) (messages int, err error)
	// LiftRefusal ends one that is in force; problem not_found.
	LiftRefusal(ctx context.Context, customerID uuid.UUID, ch customer.Channel, by uuid.UUID, at time.Time, reason string, ev audit.Event) error
	// CustomersAt gives who has the number.
	CustomersAt(ctx context.Context, n customer.Number) ([]uuid.UUID, error)

	// MessageTemplates gives all versions, by purpose, channel, language, the newest first.
	MessageTemplates(ctx context.Context) ([]Template, error)
	// InsertMessageTemplate gives it the version after the last one. A shipped one (no
	// creator) is not written where any version exists.
	InsertMessageTemplate(ctx context.Context, t Template, ev audit.Event) (Template, error)

	// InsertMessage refuses where the customer refuses the channel (Rule C-14);
	// problem conflict, reason said_already, when the source key is taken.
	InsertMessage(ctx context.Context, m Message, ev audit.Event) error
	// Message gives one; problem not_found.
	Message(ctx context.Context, id uuid.UUID) (Message, error)
	MessageEvents(ctx context.Context, messageID uuid.UUID) ([]Event, error) // oldest first
	Messages(ctx context.Context, q Query) ([]Message, error)                // newest first
	// CountMessages counts what the query selects in every state.
	CountMessages(ctx context.Context, q Query) (map[State]int, error)
	// LastMessageTo gives the last message over the channel to an address that was
	// given to the gateway; problem not_found.
	LastMessageTo(ctx context.Context, ch customer.Channel, address string) (Message, error)
	// ByUnsubscribe gives the message of a link; problem not_found.
	ByUnsubscribe(ctx context.Context, secret string) (Message, error)
	// InsertReply gives false when it is there already.
	InsertReply(ctx context.Context, r Reply, messageID uuid.UUID, ev audit.Event) (bool, error)

	Outbox
}

// Outbox is what the sender needs kept.
type Outbox interface {
	// ClaimMessages takes queued messages that are due, the first of each customer and
	// channel, none of a customer with one under way, and none of another
	// instance. Those whose customer refuses the channel become opted_out.
	ClaimMessages(ctx context.Context, c Claiming) ([]Message, error)
	// OverrunMessages gives messages whose claim has run out.
	OverrunMessages(ctx context.Context, now time.Time, limit int) ([]Message, error)
	// ApplyStep takes a step in one transaction with its event, and closes the task
	// that the message serves when its state proves it (Rule C-14). A step that
	// the state does not allow gives problem conflict. StepAgain becomes
	// StepOptOut when the customer refuses the channel by now.
	ApplyStep(ctx context.Context, c Change) (Applied, error)
	// MessageQueue gives the figures of what waits.
	MessageQueue(ctx context.Context, now time.Time) (Queue, error)
}

// Claiming is what an instance takes at once.
type Claiming struct {
	Instance string
	Channel  customer.Channel
	Limit    int
	Now      time.Time
	Until    time.Time // when the claim runs out
}

// Change is a step of a message.
type Change struct {
	ID        uuid.UUID
	Step      Step
	At        time.Time
	ClaimedBy string    // only while it is claimed by this instance for this try; empty: whoever has it
	Tries     int       // with ClaimedBy: of that claim
	NextTryAt time.Time // of StepAgain and StepRetry
	GatewayID string    // empty: as it is
	Note      string
	Receipt   []byte
	By        uuid.UUID // uuid.Nil: the system
	NoMailbox bool      // the mailbox does not exist: it is noted as invalid
	Event     audit.Event
}

// Applied is what a step led to.
type Applied struct {
	Message Message
	// Served is the task that was closed by it, and Assignee whose it was.
	Served, Assignee uuid.UUID
}

// Outgoing is what a gateway is given.
type Outgoing struct {
	ID          uuid.UUID // the key under which it may be sent again
	To          Address
	Subject     string
	Body        string
	Language    string
	Purpose     Purpose
	Unsubscribe string // address of the one-click link; empty: none
	At          time.Time
}

// Gateway sends over one channel. It may be used by many goroutines.
type Gateway interface {
	// Send gives how the gateway names the message. An error that is no
	// [*SendError] is one of which nobody knows whether it was sent.
	Send(ctx context.Context, m Outgoing) (gatewayID string, err error)
	// Repeatable reports whether the gateway drops a message whose key it has seen.
	Repeatable() bool
}

// SendError says what a gateway's refusal means.
type SendError struct {
	Text       string        // in the gateway's words, without the address
	Temporary  bool          // it was not sent, and may be later
	RetryAfter time.Duration // 0: as we like
	NoMailbox  bool          // the address does not exist
}

func (e *SendError) Error() string { return e.Text }

// Receipt is what an SMS gateway says of a message afterwards.
type Receipt struct {
	ID        uuid.UUID
	GatewayID string
	Status    Step // StepSent, StepDelivered, StepFail
	Note      string
	Raw       []byte // as it was signed
}

// Reply is an SMS of a customer.
type Reply struct {
	ID     string // the gateway's; each is taken once
	From   customer.Number
	Said   string
	At     time.Time
	OptOut bool
	Raw    []byte
}
