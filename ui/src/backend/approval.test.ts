import { describe, expect, it, vi } from "vitest";
import { approval, approved } from "./approval";
import { BackendError } from "./error";

const needs = () => new BackendError("approval_needed", { permission: "no_sale", extent: 0, approvers: ["anna"] });

describe("what somebody may not do alone", () => {
  it("waits, and is done again once it is allowed", async () => {
    const act = vi.fn<() => Promise<string>>().mockRejectedValueOnce(needs()).mockResolvedValue("done");
    const done = approved(act);
    await vi.waitFor(() => expect(approval.now()?.need).toEqual({ permission: "no_sale", extent: 0, approvers: ["anna"] }));
    expect(act).toHaveBeenCalledOnce();
    approval.end(true);
    expect(await done).toBe("done");
    expect(approval.now()).toBeNull();
  });

  it("is refused as it was where nobody allows it", async () => {
    const act = vi.fn<() => Promise<string>>().mockRejectedValue(needs());
    const done = approved(act);
    await vi.waitFor(() => expect(approval.now()).not.toBeNull());
    approval.end(false);
    await expect(done).rejects.toMatchObject({ code: "approval_needed" });
    expect(act).toHaveBeenCalledOnce();
  });

  it("may need a second approval for something else", async () => {
    const act = vi.fn<() => Promise<string>>().mockRejectedValueOnce(needs()).mockRejectedValueOnce(needs()).mockResolvedValue("done");
    const done = approved(act);
    for (const times of [1, 2]) {
      await vi.waitFor(() => expect([act.mock.calls.length, approval.now() === null]).toEqual([times, false]));
      approval.end(true);
    }
    expect(await done).toBe("done");
  });

  it("leaves every other refusal alone", async () => {
    await expect(approved(() => Promise.reject(new BackendError("not_allowed")))).rejects.toMatchObject({ code: "not_allowed" });
    expect(approval.now()).toBeNull();
  });
});
