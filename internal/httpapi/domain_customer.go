package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/customer"
)

// customersPort is package customer behind its port.
type customersPort struct{ svc *customer.Service }

const customersShown = 50

func (p customersPort) List(ctx context.Context, _ access.Principal, text string) ([]CustomerCard, error) {
	list, err := p.svc.Search(ctx, text, customersShown)
	if err != nil {
		return nil, err
	}
	return mapped(list, cardOf), nil
}

func (p customersPort) Get(ctx context.Context, who access.Principal, id ID) (CustomerCard, error) {
	c, err := p.svc.Get(ctx, who, id)
	return cardOf(c), err
}

func (p customersPort) Create(ctx context.Context, who access.Principal, in NewCustomer) (CustomerCard, error) {
	c, err := p.svc.Create(ctx, who, customer.Customer{
		Code: in.Code, Kind: customer.Kind(in.Kind), Name: in.Name, Salutation: in.Salutation, Language: in.Language,
		Government: in.Government, TimeZone: in.TimeZone, Grade: in.Grade, City: in.City, Notes: in.Notes, Birthday: in.Birthday,
		AdviserID: zeroOr(in.AdviserID), DepartmentID: zeroOr(in.DepartmentID),
	}, mapped(in.ContactPoints, func(n NewContactPoint) customer.NewContact {
		return customer.NewContact{Number: n.Number, Label: n.Label}
	}))
	return cardOf(c), err
}

func (p customersPort) Update(ctx context.Context, who access.Principal, id ID, in CustomerPatch) (CustomerCard, error) {
	patch := customer.Patch{Language: in.Language, Salutation: in.Salutation, Grade: in.Grade, City: in.City, Notes: in.Notes, ContractEnd: in.ContractEnd, Birthday: in.Birthday, Name: in.Name,
		AddContacts: mapped(in.AddContactPoints, func(n NewContactPoint) customer.NewContact {
			return customer.NewContact{Number: n.Number, Label: n.Label}
		})}
	switch wish := in.DoNotCall; {
	case wish.Value != nil:
		patch.DoNotCall = &customer.DoNotCall{Reason: wish.Value.Reason, Channel: customer.Channel(wish.Value.Channel)}
	case wish.Given:
		patch.ClearDoNotCall = true
	}
	c, err := p.svc.Change(ctx, who, id, patch)
	return cardOf(c), err
}

// cardOf shows a customer, numbers masked (Rule S-01).
func cardOf(c customer.Customer) CustomerCard {
	card := CustomerCard{
		ID: c.ID, Code: c.Code, Name: c.Name, Salutation: c.Salutation, Kind: string(c.Kind), Language: c.Language,
		Government: c.Government, Grade: c.Grade, City: c.City, Notes: c.Notes, ContractEnd: c.ContractEnd, Birthday: c.Birthday, TimeZone: c.TimeZone,
		AdviserName: c.AdviserName, DepartmentName: c.DepartmentName,
		ContactPoints: mapped(c.ContactPoints, func(p customer.ContactPoint) ContactPoint {
			return ContactPoint{ID: p.ID, Label: p.Label, MaskedNumber: p.Number.Masked(), Invalid: p.Invalid()}
		}),
	}
	if d := c.DoNotCall; d != nil {
		card.DoNotCall = orNull(&DoNotCall{Since: at(d.Since), Reason: d.Reason, Channel: string(d.Channel)})
	}
	return card
}

func earlierOf(c callback.Contact) Earlier {
	return Earlier{
		CallID: c.CallID, At: at(c.At), AgentName: c.AgentName, Outcome: string(c.Outcome),
		Disposition: string(c.Disposition), Content: c.Content, ProgramCode: c.ProgramCode,
	}
}
