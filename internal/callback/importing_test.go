package callback

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huifang/internal/problem"
)

const header = "task_key,customer_code,customer_name,number,language,kind,program_code,assignee_login,due_at,purpose\n"

func imported(t *testing.T, h *house, text string, preview bool) ImportResult {
	t.Helper()
	res, err := h.Import(context.Background(), h.boss, strings.NewReader(text), preview)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestImport_NewAndKnownCustomers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	res := imported(t, h, "\ufeff"+header+
		"K1,C1,王伟,138 1234 1234,zh-CN,investor,yearly,LI,2026-11-30,年度\n"+
		"K2,C2,\"上海,某公司\",021-61234567,en,advertiser,yearly,,2026-11-30 15:00,\n"+
		"K3,C2,\"上海,某公司\",4008001234,en,advertiser,yearly,zhao,2026-11-30T07:00:00Z,\n", false)
	if len(res.Errors) != 0 || res.Rows != 3 || res.Created != 3 {
		t.Fatalf("result %+v", res)
	}
	rows := h.mem.imports[0]
	if rows[0].Task.AssigneeID != h.agent.User.ID || rows[0].Customer.ID != h.cust.ID || len(rows[0].Customer.ContactPoints) != 1 {
		t.Errorf("a known customer with a known number stays as it is: %+v", rows[0])
	}
	if !rows[0].Task.DueAt.Equal(at(t, "2026-12-01 00:00").Add(-1e9)) || !rows[1].Task.DueAt.Equal(at(t, "2026-11-30 15:00")) ||
		!rows[2].Task.DueAt.Equal(at(t, "2026-11-30 15:00")) {
		t.Errorf("due at %v, %v, %v", rows[0].Task.DueAt, rows[1].Task.DueAt, rows[2].Task.DueAt)
	}
	if rows[1].Customer.ID != rows[2].Customer.ID || len(rows[2].Customer.ContactPoints) != 2 || len(rows[1].Customer.ContactPoints) != 1 {
		t.Errorf("two rows of one new customer give one customer with both numbers: %+v %+v", rows[1].Customer, rows[2].Customer)
	}
	if rows[1].Task.Source != SourceImport || rows[1].Task.SourceKey != "K2" || rows[1].Customer.Name != "上海,某公司" {
		t.Errorf("row %+v", rows[1])
	}
}

func TestImport_AllOrNothingWithEveryError(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	res := imported(t, h, header+
		"K1,C1,王伟,13812341234,zh-CN,investor,yearly,li,2026-11-30,\n"+
		"K1,C9,李四,nonsense,zh-CN,alien,none,nobody,soon,\n"+
		",C1,王小伟,13812341234,zh-CN,investor,yearly,boss,2026-11-30,\n", false)
	if len(h.mem.imports) != 0 || res.Created != 0 {
		t.Fatal("one wrong row and nothing is written")
	}
	got := map[string]bool{}
	for _, e := range res.Errors {
		got[fmt.Sprintf("%d %s", e.Row, e.Field)] = true
		if strings.Contains(e.Message, "nonsense") {
			t.Error("a number stands in a message (Rule S-01)")
		}
	}
	for _, want := range []string{"3 task_key", "3 number", "3 kind", "3 program_code", "3 assignee_login", "3 due_at", "4 task_key", "4 customer_name", "4 assignee_login"} {
		if !got[want] {
			t.Errorf("%s is not named: %+v", want, res.Errors)
		}
	}
	if len(res.Errors) != 9 {
		t.Errorf("%d errors: %+v", len(res.Errors), res.Errors)
	}
}

func TestRuleC15_ImportChecksTheInterest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.cust.AdviserID = h.agent.User.ID
	h.mem.custs["C1"] = h.cust
	res := imported(t, h, header+"K1,C1,王伟,13812341234,zh-CN,investor,yearly,li,2026-11-30,\n", false)
	if len(res.Errors) != 1 || res.Errors[0].Row != 2 || !strings.Contains(res.Errors[0].Message, "C-15") || len(h.mem.imports) != 0 {
		t.Errorf("result %+v", res)
	}
}

func TestImport_PreviewWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Task.SourceKey = "K1"
	h.mem.views[h.task.ID] = v
	res := imported(t, h, header+"K1,C1,王伟,13812341234,,investor,yearly,li,2026-11-30,\nK2,C1,王伟,13812341234,,investor,yearly,li,2026/11/30,\n", true)
	if res.Created != 1 || res.Updated != 1 || len(h.mem.imports) != 0 || len(h.mem.events) != 0 {
		t.Errorf("result %+v", res)
	}
}

func TestImport_UnderstandsOldSpreadsheets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(header + "K1,C1,王伟,13812341234,zh-CN,investor,yearly,li,2026-11-30,年度\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if res := imported(t, h, gb, false); len(res.Errors) != 0 || h.mem.imports[0][0].Task.Purpose != "年度" {
		t.Errorf("result %+v", res)
	}
}

func TestImport_RefusesWhatIsNoImport(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	for name, text := range map[string]string{
		"empty": "", "column missing": "task_key,customer_code\n", "column unknown": strings.Replace(header, "purpose", "colour", 1),
		"column twice": strings.Replace(header, "purpose", "number", 1), "ragged": header + "K1,C1\n", "quote": header + "\"K1\n",
		"too large": header + strings.Repeat("x", MaxImportBytes), "too many": header + strings.Repeat(strings.Repeat(",", 9)+"\n", MaxImportRows+1),
	} {
		if _, err := h.Import(ctx, h.boss, strings.NewReader(text), false); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Import(ctx, h.agent, strings.NewReader(header), false); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("an agent imports: %v", err)
	}
	if res := imported(t, h, strings.Replace(header, ",purpose", "", 1), false); res.Rows != 0 {
		t.Errorf("a header alone, without purpose: %+v", res)
	}
}
