import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconPill, IconX } from "@tabler/icons-react";
import { type RefObject, useEffect, useState } from "react";
import { useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { editableAmount, parseAmount } from "../../format";
import { t } from "../../messages/messages";
import { parseDay, shiftDay, writtenDay } from "./days";
import styles from "./Sales.module.css";
import type { Filters } from "./useSales";

type Props = {
  filters: Filters;
  onFilters: (filters: Filters) => void;
  onProduct: () => void;
  first: RefObject<HTMLInputElement | null>;
};

/** What narrows the list: day, amount, product, person, receipt. Each says what it holds. */
export function FilterBar({ filters, onFilters, onProduct, first }: Props) {
  const { status } = useDuty();
  const staff = useAsk("staff", {});
  const [day, setDay] = useState("");
  const [amount, setAmount] = useState("");
  const today = status.businessDate;

  // What a key or a scan has set is written back into the fields.
  useEffect(() => setDay(filters.day === null ? "" : writtenDay(filters.day)), [filters.day]);
  useEffect(() => setAmount((typed) => (parseAmount(typed) === filters.amountMinor ? typed : filters.amountMinor === null ? "" : editableAmount(filters.amountMinor))), [filters.amountMinor]);

  const takeDay = () => {
    const parsed = parseDay(day, today);
    if (day.trim() === "" || parsed !== null) onFilters({ ...filters, day: parsed });
  };
  const badDay = day.trim() !== "" && parseDay(day, today) === null;
  return (
    <div className={styles.filters} role="search" aria-label={t("sales.narrow")}>
      <div className={styles.day}>
        <ActionIcon variant="default" size={44} aria-label={t("sales.dayBefore")} tabIndex={-1} onClick={() => onFilters({ ...filters, day: shiftDay(filters.day ?? today, filters.day === null ? 0 : -1) })}>
          <IconChevronLeft size={20} stroke={1.75} aria-hidden />
        </ActionIcon>
        <TextInput
          ref={first}
          aria-label={t("sales.day")}
          placeholder={t("sales.anyDay")}
          data-testid="filter-day"
          value={day}
          error={badDay}
          onChange={(event) => setDay(event.currentTarget.value)}
          onBlur={takeDay}
          onKeyDown={(event) => event.key === "Enter" && takeDay()}
        />
        <ActionIcon variant="default" size={44} aria-label={t("sales.dayAfter")} tabIndex={-1} onClick={() => onFilters({ ...filters, day: shiftDay(filters.day ?? today, filters.day === null ? 0 : 1) })}>
          <IconChevronRight size={20} stroke={1.75} aria-hidden />
        </ActionIcon>
      </div>
      <TextInput
        aria-label={t("sales.amount")}
        placeholder={t("sales.amount")}
        inputMode="decimal"
        data-testid="filter-amount"
        value={amount}
        error={amount.trim() !== "" && parseAmount(amount) === null}
        onChange={(event) => {
          setAmount(event.currentTarget.value);
          const minor = parseAmount(event.currentTarget.value);
          if (minor !== null || event.currentTarget.value.trim() === "") onFilters({ ...filters, amountMinor: minor });
        }}
      />
      <div className={styles.product}>
        <Button variant="default" fullWidth justify="flex-start" leftSection={<IconPill size={20} stroke={1.75} aria-hidden />} onClick={onProduct} data-testid="filter-product" styles={{ label: { fontWeight: 400 } }}>
          {filters.product?.name ?? t("sales.anyProduct")}
        </Button>
        {filters.product !== null && (
          <ActionIcon variant="subtle" size={44} aria-label={t("sales.anyProduct")} onClick={() => onFilters({ ...filters, product: null })}>
            <IconX size={20} stroke={1.75} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <NativeSelect
        aria-label={t("sales.person")}
        data-testid="filter-person"
        value={filters.staffId ?? ""}
        onChange={(event) => onFilters({ ...filters, staffId: event.currentTarget.value === "" ? null : event.currentTarget.value })}
        data={[{ value: "", label: t("sales.anyPerson") }, ...(staff.data ?? []).map((person) => ({ value: person.staffId, label: person.name }))]}
      />
      <TextInput
        aria-label={t("sales.receipt")}
        placeholder={t("sales.receipt")}
        data-testid="filter-receipt"
        value={filters.receiptNo}
        onChange={(event) => onFilters({ ...filters, receiptNo: event.currentTarget.value })}
      />
    </div>
  );
}
