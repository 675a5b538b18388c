package intake

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

func action(known, same bool) Action {
	switch {
	case !known:
		return Created
	case same:
		return Unchanged
	default:
		return Changed
	}
}

func (r *row) customerItem() Item {
	code := r.text("code")
	r.once("code", code)
	was, known := r.c.customers[code]
	v := was
	if !known {
		v = customer.Customer{ID: uuid.New(), Code: code, Language: "zh-CN", TimeZone: calendar.HomeZone, CreatedAt: r.c.now}
	}
	if w := r.text("kind"); w != "" {
		k, ok := r.c.sorts[normal(w)]
		if !ok {
			r.bad("kind", said("没有这个客户类别；可用：投资者、设备用户、家具客户、广告客户、其他", "is no kind of customer; there are investor, equipment_operator, furniture_buyer, advertiser, other"))
		}
		v.Kind = k
	}
	for name, to := range map[string]*string{"name": &v.Name, "salutation": &v.Salutation, "language": &v.Language, "grade": &v.Grade, "city": &v.City, "notes": &v.Notes} {
		r.set(name, to)
	}
	r.yes("government", &v.Government)
	for name, to := range map[string]*string{"contract_end": &v.ContractEnd, "birthday": &v.Birthday} {
		var d calendar.Date
		if r.day(name, &d); !d.IsZero() {
			*to = d.String()
		}
	}
	if login := strings.ToLower(r.text("adviser_login")); login != "" {
		u, ok := r.c.people[login]
		if !ok {
			r.bad("adviser_login", said("没有这个账号", "there is no such account"))
		}
		v.AdviserID, v.AdviserName = u.ID, u.Name
	}
	if name := r.text("department"); name != "" {
		switch ds := r.c.departments[name]; len(ds) {
		case 0:
			r.bad("department", said("没有这个部门", "there is no such department"))
		case 1:
			v.DepartmentID, v.DepartmentName = ds[0].ID, ds[0].Name
		default:
			r.bad("department", said("有多个部门叫这个名称", "several departments have this name"))
		}
	}
	same := sameCustomer(v, was)
	if text := r.text("number"); text != "" {
		switch n, err := customer.ParseNumber(text); {
		case err != nil:
			r.bad("number", said("不是电话号码", "is no telephone number"))
		case !slices.ContainsFunc(v.ContactPoints, func(p customer.ContactPoint) bool { return p.Number == n }):
			v.ContactPoints = append(slices.Clip(v.ContactPoints), customer.ContactPoint{ID: uuid.New(), Number: n, Label: r.text("label"), Position: len(v.ContactPoints)})
			same = false
		}
	}
	if r.wrong == 0 {
		r.fields(customer.Check(v))
	}
	if v.UpdatedAt = r.c.now; same {
		v.UpdatedAt = was.UpdatedAt
	}
	return Item{Customer: &v, Action: action(known, same)}
}

// sameCustomer compares what an import can set, but for the numbers.
func sameCustomer(a, b customer.Customer) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Salutation == b.Salutation && a.Language == b.Language && a.Government == b.Government && a.Grade == b.Grade &&
		a.City == b.City && a.Notes == b.Notes && a.ContractEnd == b.ContractEnd && a.Birthday == b.Birthday && a.AdviserID == b.AdviserID && a.DepartmentID == b.DepartmentID
}

func (r *row) contactItem() Item {
	c, ok := r.customer()
	n, err := customer.ParseNumber(r.text("number"))
	if err != nil && r.text("number") != "" {
		r.bad("number", said("不是电话号码", "is no telephone number"))
	}
	label := r.text("label")
	if len(label) > 100 {
		r.bad("label", said("最多 100 字节", "must have at most 100 bytes"))
	}
	if !ok || err != nil {
		return Item{}
	}
	r.once("number", c.Code+" "+n.Reveal())
	p := customer.ContactPoint{ID: uuid.New(), Number: n, Label: label, Position: len(c.ContactPoints)}
	i := slices.IndexFunc(c.ContactPoints, func(o customer.ContactPoint) bool { return o.Number == n })
	same := i >= 0 && (label == "" || c.ContactPoints[i].Label == label)
	if i >= 0 {
		p = c.ContactPoints[i]
		r.set("label", &p.Label)
	}
	return Item{Contact: &Contact{CustomerID: c.ID, CustomerCode: c.Code, Point: p}, Action: action(i >= 0, same)}
}

func (r *row) contractItem() Item {
	key := r.text("key")
	r.once("key", key)
	c, _ := r.customer()
	was, known := r.c.contracts[key]
	if known && c.ID != uuid.Nil && was.CustomerID != c.ID {
		r.bad("key", said("属于另一个客户", "belongs to another customer"))
	}
	v := was
	if !known {
		v = dealing.Contract{ID: uuid.New(), Key: key, CustomerID: c.ID, CreatedAt: r.c.now, UpdatedAt: r.c.now}
	}
	r.set("project", &v.Project)
	r.set("product", &v.Product)
	r.set("note", &v.Note)
	r.cents(&v.AmountCents)
	for name, to := range map[string]*calendar.Date{"signed_on": &v.SignedOn, "cooling_off_until": &v.CoolingOffUntil, "starts_on": &v.StartsOn, "ends_on": &v.EndsOn, "terminated_on": &v.TerminatedOn} {
		r.day(name, to)
	}
	if r.wrong == 0 {
		r.fields(v.Check())
	}
	same := v == was
	if v.UpdatedAt = r.c.now; same {
		v.UpdatedAt = was.UpdatedAt
	}
	return Item{Contract: &v, Action: action(known, same)}
}

// contract gives the contract that the row names, of that customer.
func (r *row) contract(c customer.Customer, to *uuid.UUID) {
	key := r.text("contract_key")
	if key == "" {
		return
	}
	v, ok := r.c.contracts[key]
	switch {
	case !ok:
		r.bad("contract_key", said("没有这个合同，请先导入合同", "there is no such contract; import the contracts first"))
	case c.ID != uuid.Nil && v.CustomerID != c.ID:
		r.bad("contract_key", said("是另一个客户的合同", "is a contract of another customer"))
	default:
		*to = v.ID
	}
}

func (r *row) equipmentItem() Item {
	key := r.text("key")
	r.once("key", key)
	c, _ := r.customer()
	was, known := r.c.equipment[key]
	if known && c.ID != uuid.Nil && was.CustomerID != c.ID {
		r.bad("key", said("属于另一个客户", "belongs to another customer"))
	}
	v := was
	if !known {
		v = dealing.Equipment{ID: uuid.New(), Key: key, CustomerID: c.ID, Quantity: 1, CreatedAt: r.c.now, UpdatedAt: r.c.now}
	}
	r.contract(c, &v.ContractID)
	for name, to := range map[string]*string{"project": &v.Project, "model": &v.Model, "product_line": &v.ProductLine, "power_manager": &v.PowerManager,
		"power_manager_phone": &v.PowerManagerPhone, "site_contact": &v.SiteContact, "site_phone": &v.SitePhone} {
		r.set(name, to)
	}
	if text := r.text("quantity"); text != "" {
		n, ok := parseCount(text)
		if !ok {
			r.bad("quantity", said("应为 1 至 1000000 的整数", "must be a whole number from 1 to 1000000"))
		}
		v.Quantity = n
	}
	r.cents(&v.AmountCents)
	for name, to := range map[string]*calendar.Date{"shipped_on": &v.ShippedOn, "arrived_on": &v.ArrivedOn, "installed_on": &v.InstalledOn, "commissioning_on": &v.CommissioningOn, "commissioned_on": &v.CommissionedOn} {
		r.day(name, to)
	}
	if r.wrong == 0 {
		r.fields(v.Check())
	}
	same := v == was
	if v.UpdatedAt = r.c.now; same {
		v.UpdatedAt = was.UpdatedAt
	}
	return Item{Equipment: &v, Action: action(known, same)}
}

// happensOnce refuses a second event of what happens to a contract or to a piece
// of equipment once.
func (r *row) happensOnce(v dealing.Event) {
	name, at := "equipment_key", Once{v.EquipmentID, v.Kind}
	switch v.Kind {
	case dealing.ContractSigned, dealing.ContractTerminated, dealing.ContractExpires:
		name, at = "contract_key", Once{v.ContractID, v.Kind}
	case dealing.Shipped, dealing.Arrived, dealing.Installed, dealing.Commissioned, dealing.WarrantyEnds:
	default:
		return
	}
	if at.Of == uuid.Nil {
		return
	}
	if key, has := r.c.once[at]; has && key != v.Key {
		r.bad(name, said("已有同样的事件 %s", "has this event already: %s", key))
		return
	}
	r.c.once[at] = v.Key
}

// eventItem is a delivery (Rule C-08) or an event of any kind.
func (r *row) eventItem() Item {
	key := r.text("key")
	r.once("key", key)
	c, _ := r.customer()
	was, known := r.c.events[key]
	if known && c.ID != uuid.Nil && was.CustomerID != c.ID {
		r.bad("key", said("属于另一个客户", "belongs to another customer"))
	}
	v := was
	if !known {
		v = dealing.Event{ID: uuid.New(), Key: key, CustomerID: c.ID, CreatedBy: r.c.by, CreatedAt: r.c.now, UpdatedAt: r.c.now}
	}
	v.WithdrawnAt, v.WithdrawReason = time.Time{}, ""
	if r.c.kind == Deliveries {
		picked := known && was.Kind == dealing.PickedUp
		r.yes("picked_up", &picked)
		if v.Kind = dealing.Delivered; picked {
			v.Kind = dealing.PickedUp
		}
		r.day("delivered_on", &v.OccurredOn)
	} else {
		if w := r.text("kind"); w != "" {
			k, ok := r.c.kinds[normal(w)]
			if !ok {
				r.bad("kind", said("没有这种事件；可用如：签约、发货、投运、送货、维修完成、投诉办结，或接口的词", "is no event; use the words of the API, such as contract_signed, shipped, commissioned, delivered, repair_finished"))
			}
			v.Kind = k
		}
		r.day("occurred_on", &v.OccurredOn)
	}
	r.contract(c, &v.ContractID)
	if text := r.text("equipment_key"); text != "" {
		q, ok := r.c.equipment[text]
		switch {
		case !ok:
			r.bad("equipment_key", said("没有这台设备，请先导入设备", "there is no such equipment; import the equipment first"))
		case c.ID != uuid.Nil && q.CustomerID != c.ID:
			r.bad("equipment_key", said("是另一个客户的设备", "is equipment of another customer"))
		default:
			v.EquipmentID = q.ID
		}
	}
	r.cents(&v.AmountCents)
	r.set("note", &v.Note)
	if r.wrong == 0 {
		r.fields(v.Check())
		r.happensOnce(v)
	}
	same := v == was
	if v.UpdatedAt = r.c.now; same {
		v.UpdatedAt = was.UpdatedAt
	}
	return Item{Event: &v, Action: action(known, same)}
}
