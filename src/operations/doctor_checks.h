#pragma once

#include "operations/doctor_findings.h"

namespace carmilla {

// The checks of the doctor, each from facts to findings. What each is about stands in the
// table, doctor_check_table.cc, the only caller.

// doctor_configuration_checks.cc
Findings FindConfigurationErrors(const DoctorFacts& facts);
Findings FindOtherConfiguration(const DoctorFacts& facts);
Findings FindUnusedConnections(const DoctorFacts& facts);
Findings FindUnmatchedEntries(const DoctorFacts& facts);
Findings FindPatternsOfViews(const DoctorFacts& facts);
Findings FindUnmatchedExcludes(const DoctorFacts& facts);
Findings FindImpossibleSelection(const DoctorFacts& facts);
Findings FindFullOnPrimary(const DoctorFacts& facts);

// doctor_connection_checks.cc
Findings FindConnectionError(const DoctorFacts& facts);
Findings FindTransactionPooler(const DoctorFacts& facts);
Findings FindCatalogErrors(const DoctorFacts& facts);
Findings FindNoEncryption(const DoctorFacts& facts);
Findings FindUnprovenServer(const DoctorFacts& facts);
Findings FindPooler(const DoctorFacts& facts);
Findings FindFewFreeConnections(const DoctorFacts& facts);
Findings FindDatabaseConnectionLimit(const DoctorFacts& facts);
Findings FindRoleConnectionLimit(const DoctorFacts& facts);
Findings FindClockSkew(const DoctorFacts& facts);

// doctor_role_checks.cc
Findings FindSuperuser(const DoctorFacts& facts);
Findings FindRowSecurityBypass(const DoctorFacts& facts);
Findings FindReplicationRight(const DoctorFacts& facts);
Findings FindCreatedb(const DoctorFacts& facts);
Findings FindCreaterole(const DoctorFacts& facts);
Findings FindPowerfulRoles(const DoctorFacts& facts);
Findings FindReadsEverything(const DoctorFacts& facts);
Findings FindOwnedTables(const DoctorFacts& facts);
Findings FindWriteGrants(const DoctorFacts& facts);
Findings FindSchemaCreation(const DoctorFacts& facts);
Findings FindObjectCreation(const DoctorFacts& facts);
Findings FindExpiringPassword(const DoctorFacts& facts);
Findings FindMissingGrants(const DoctorFacts& facts);
Findings FindRowSecurity(const DoctorFacts& facts);

// doctor_server_checks.cc
Findings FindOldVersion(const DoctorFacts& facts);
Findings FindUntestedVersion(const DoctorFacts& facts);
Findings FindHiddenIdentity(const DoctorFacts& facts);
Findings FindHiddenSessions(const DoctorFacts& facts);
Findings FindUnknownEncoding(const DoctorFacts& facts);
Findings FindTimeLimits(const DoctorFacts& facts);
Findings FindSnapshotLimit(const DoctorFacts& facts);
Findings FindReplicaLag(const DoctorFacts& facts);
Findings FindReplicaWithoutFeedback(const DoctorFacts& facts);
Findings FindShortStandbyDelay(const DoctorFacts& facts);
Findings FindOldTransactions(const DoctorFacts& facts);
Findings FindPreparedTransactions(const DoctorFacts& facts);
Findings FindAutovacuumOff(const DoctorFacts& facts);
Findings FindWraparound(const DoctorFacts& facts);

// doctor_table_checks.cc
Findings FindUnsupportedTypes(const DoctorFacts& facts);
Findings FindRefusedTables(const DoctorFacts& facts);
Findings FindEmptyMaterializedViews(const DoctorFacts& facts);
Findings FindSpecialValues(const DoctorFacts& facts);
Findings FindUnboundedNumerics(const DoctorFacts& facts);
Findings FindZonelessTimestamps(const DoctorFacts& facts);
Findings FindMissingPrimaryKeys(const DoctorFacts& facts);
Findings FindNeverAnalysed(const DoctorFacts& facts);
Findings FindUnloggedTables(const DoctorFacts& facts);
Findings FindUnloggedOnReplica(const DoctorFacts& facts);
Findings FindViews(const DoctorFacts& facts);
Findings FindForeignTables(const DoctorFacts& facts);
Findings FindForeignPartitions(const DoctorFacts& facts);
Findings FindInheritedTables(const DoctorFacts& facts);
Findings FindSubscribedTables(const DoctorFacts& facts);
Findings FindOtherAccessMethods(const DoctorFacts& facts);
Findings FindRunningDdl(const DoctorFacts& facts);
Findings FindInvalidIndexes(const DoctorFacts& facts);
Findings FindTableAutovacuumOff(const DoctorFacts& facts);
Findings FindWideRows(const DoctorFacts& facts);
Findings FindLongRun(const DoctorFacts& facts);

// doctor_name_checks.cc
Findings FindChangedNames(const DoctorFacts& facts);
Findings FindReservedNames(const DoctorFacts& facts);
Findings FindColumnsThatDifferByCase(const DoctorFacts& facts);
Findings FindOddColumnNames(const DoctorFacts& facts);
Findings FindPartitionKeyCollisions(const DoctorFacts& facts);

// doctor_lake_checks.cc
Findings FindUnusableLake(const DoctorFacts& facts);
Findings FindDoubtfulFileSystem(const DoctorFacts& facts);
Findings FindLackOfSpace(const DoctorFacts& facts);
Findings FindOpenLake(const DoctorFacts& facts);
Findings FindDamagedTables(const DoctorFacts& facts);
Findings FindForeignFiles(const DoctorFacts& facts);
Findings FindUnusedFiles(const DoctorFacts& facts);
Findings FindGoneTables(const DoctorFacts& facts);
Findings FindUnconfiguredTables(const DoctorFacts& facts);
Findings FindOtherServer(const DoctorFacts& facts);
Findings FindRunsOfTheFuture(const DoctorFacts& facts);

// doctor_aws_checks.cc
Findings FindNoBucket(const DoctorFacts& facts);
Findings FindFailedStep(const DoctorFacts& facts, AwsStep step);
template <AwsStep kStep>
Findings FindFailed(const DoctorFacts& facts) {
  return FindFailedStep(facts, kStep);
}
Findings FindHiddenLifecycle(const DoctorFacts& facts);
Findings FindNoAbortRule(const DoctorFacts& facts);
Findings FindLeftOfCheck(const DoctorFacts& facts);

// doctor_machine_checks.cc
Findings FindBudgetBeyondMemory(const DoctorFacts& facts);
Findings FindFewOpenFiles(const DoctorFacts& facts);
Findings FindFewCores(const DoctorFacts& facts);
Findings FindIgnoredPasswordFile(const DoctorFacts& facts);

}  // namespace carmilla
