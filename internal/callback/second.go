package callback

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/problem"
)

// settles reports whether a task of the source is a second call-back, whose
// answer settles what it was made for. Rules C-17, C-19, C-20.
func (s Source) settles() bool { return s == SourceSlip || s == SourceCase }

// Second is a second call-back to be made: the customer is asked whether the
// matter is settled, and told the answer.
type Second struct {
	Source           Source // SourceSlip or SourceCase
	CustomerID       uuid.UUID
	AgentID          uuid.UUID // who should call; uuid.Nil: nobody yet
	Chinese, English string    // its purpose
}

func (s Slip) second() Second {
	return Second{Source: SourceSlip, CustomerID: s.CustomerID, AgentID: s.CreatedBy,
		Chinese: "反馈单 " + s.Number + " 已处理，答复客户：" + s.Answer, English: "Slip " + s.Number + " was handled. To tell the customer: " + s.Answer}
}

// SecondCallBack makes the task, without storing it: due at once, to be done
// within five working days, for the agent where Rule C-15 allows it and for
// nobody yet otherwise. Rules C-17, C-19, C-20.
func (s *Service) SecondCallBack(ctx context.Context, n Second) (Task, error) {
	ps, err := s.Programs(ctx)
	if err != nil {
		return Task{}, err
	}
	var program *Program
	for i, p := range ps {
		if p.Code == slipProgram {
			program = &ps[i]
		}
	}
	if program == nil {
		return Task{}, fmt.Errorf("make second call-back: there is no program %q", slipProgram)
	}
	c, err := s.cfg.Customers.Customer(ctx, n.CustomerID)
	if err != nil {
		return Task{}, fmt.Errorf("look up customer: %w", err)
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return Task{}, fmt.Errorf("read calendar: %w", err)
	}
	now := s.now()
	purpose := n.Chinese
	if isEnglish(c.Language) {
		purpose = n.English
	}
	t := Task{
		ID: uuid.New(), ProgramID: program.ID, CustomerID: c.ID, Source: n.Source, Purpose: cut(purpose, maxPurpose), State: TaskOpen,
		DueAt: now, HardDueAt: slipDue(cal, now, s.cfg.Zone), CreatedAt: now, UpdatedAt: now,
	}
	t.SourceKey = string(n.Source) + ":" + t.ID.String()
	if n.AgentID == uuid.Nil {
		return t, nil
	}
	switch u, err := s.assignee(ctx, n.AgentID, c); {
	case err == nil:
		t.AssigneeID = u.ID
	case problem.CodeOf(err) != problem.CodeInvalid && problem.CodeOf(err) != problem.CodeRefused:
		return Task{}, err
	}
	return t, nil
}

// cut shortens a text to whole characters of at most so many bytes.
func cut(text string, bytes int) string {
	for len(text) > bytes {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	return text
}
