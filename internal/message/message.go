package message

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/customer"
)

// Message is one text to one customer. What it says is written once; what
// becomes of it is in State and in its events.
type Message struct {
	ID           uuid.UUID
	CustomerID   uuid.UUID
	CustomerName string    // set on reading
	TaskID       uuid.UUID // uuid.Nil: none
	Channel      customer.Channel
	Purpose      Purpose
	TemplateID   uuid.UUID
	Version      int // of the template; set on reading
	Language     string
	Address      Address
	Subject      string // e-mail only
	Body         string
	Segments     int    // SMS only
	ClosesTask   bool   // Rule C-14: once proven, the task is served
	SourceKey    string // the same thing is said once; empty: any number of times
	Unsubscribe  string // secret part of the link in an e-mail
	State        State
	Tries        int
	NextTryAt    time.Time
	ClaimedBy    string
	GatewayID    string // how the gateway names it
	LastError    string
	CreatedBy    uuid.UUID // uuid.Nil: the system
	CreatedName  string    // set on reading
	CreatedAt    time.Time
	SentAt       time.Time
	DeliveredAt  time.Time
	UpdatedAt    time.Time
}

// Address is where a message goes: a number or a mailbox. It shows itself
// masked wherever it is printed, logged or encoded (Rule S-01).
type Address struct {
	channel customer.Channel
	text    string
}

// StoredAddress takes an address as it was stored.
func StoredAddress(ch customer.Channel, text string) Address { return Address{ch, text} }

// Reveal gives the address as it is sent to. Its callers are the gateways and the store.
func (a Address) Reveal() string { return a.text }

// IsZero reports whether there is none.
func (a Address) IsZero() bool { return a.text == "" }

// Masked gives what may be shown.
func (a Address) Masked() string {
	if a.channel == customer.ChannelEmail {
		return customer.StoredEmail(a.text).Masked()
	}
	return customer.StoredNumber(a.text).Masked()
}

func (a Address) String() string { return a.Masked() }

// GoString keeps %#v from showing the address.
func (a Address) GoString() string { return "message.Address(" + a.Masked() + ")" }

// MarshalText writes the masked form.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.Masked()), nil }

// Event is one step of a message, written once. Receipt are the very bytes that
// the gateway signed: the proof.
type Event struct {
	At      time.Time
	Step    Step
	State   State // afterwards
	ByName  string
	Note    string
	Receipt []byte
}

// Detail is a message with what became of it, oldest first.
type Detail struct {
	Message Message
	Events  []Event
}

// EmailAddress is a mailbox of a customer.
type EmailAddress struct {
	ID        uuid.UUID
	Email     customer.Email
	InvalidAt time.Time // the mail server said that there is none
}

// The ways in which a customer refuses a channel.
const (
	HowReply = "reply" // an opt-out word in an SMS
	HowLink  = "link"  // the link in an e-mail
	HowAgent = "agent" // said to one of us
)

// Refusal is a channel that a customer refuses, until it is lifted. Rule C-14.
type Refusal struct {
	ID      uuid.UUID
	Channel customer.Channel
	How     string
	Said    string
	At      time.Time
	ByID    uuid.UUID
	ByName  string // set on reading
}

// Reach is how a customer can be reached in writing.
type Reach struct {
	Customer customer.Customer
	Emails   []EmailAddress
	Refusals []Refusal // in force
}

// Refuses gives the refusal of a channel that is in force.
func (r Reach) Refuses(ch customer.Channel) (Refusal, bool) {
	for _, f := range r.Refusals {
		if f.Channel == ch {
			return f, true
		}
	}
	return Refusal{}, false
}

// Address gives where a message over the channel goes: the first number that is
// a mobile one and may be sent to, or the first mailbox that is there.
func (r Reach) Address(ch customer.Channel, permitted func(customer.Number) bool) Address {
	if ch == customer.ChannelEmail {
		for _, e := range r.Emails {
			if e.InvalidAt.IsZero() {
				return StoredAddress(ch, e.Email.Reveal())
			}
		}
		return Address{}
	}
	for _, p := range r.Customer.Dialable() {
		if p.Number.Mobile() && permitted(p.Number) {
			return StoredAddress(ch, p.Number.Reveal())
		}
	}
	return Address{}
}

// Query selects messages, newest first. Zero values do not filter.
type Query struct {
	State      State
	Channel    customer.Channel
	Purpose    Purpose
	CustomerID uuid.UUID
	TaskID     uuid.UUID
	From, To   time.Time
	Text       string // part of the customer's name (recheck of Grams), or the beginning of its code
	Grams      []string
	Concerns   uuid.UUID // only of tasks that are this user's, or written by them
	Before     Key
	Limit      int
}

// Key is the key of the last message of a page; zero starts at the newest.
type Key struct {
	At time.Time
	ID uuid.UUID
}

// Page is a page of messages, with the figures of all pages by state.
type Page struct {
	Messages []Message
	Counts   map[State]int
	Next     Key // zero: no more
}

// Queue is what the figures of operations are made of.
type Queue struct {
	Waiting map[customer.Channel]int
	Oldest  time.Time // since when the oldest one waits that is due; zero: none
}
